"""Names, tags, versions by hand, order, several at once, taking back, and the recycle bin."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from services.documents.library.models import Version
from services.documents.recycle_bin import actions as recycle_bin
from services.documents.recycle_bin.models import DoomedFile
from tests.documents.samples import PDF, PNG, send, sha256, uploaded
from tests.documents.test_folders import folder, names

OTHER = PDF + b"% another\n"


def test_a_name_stands_once_in_a_place(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    given = [uploaded(staff, account, name="Año 2025.pdf")["name"] for _ in range(3)]
    assert given == ["Año 2025.pdf", "Año 2025 (2).pdf", "Año 2025 (3).pdf"]
    place = folder(staff, account)
    assert uploaded(staff, account, name="Año 2025.pdf", folder_id=place)["name"] == "Año 2025.pdf"
    assert uploaded(harness.client(account), account, name="Año 2025.pdf")["name"] == "Año 2025.pdf"


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 4096, "💶 factura.pdf", "CON", "a\u202efdp.exe", "  .  "])
def test_no_name_does_harm(harness: Harness, account: UUID, name: str) -> None:
    """Threat 25."""
    staff = harness.staff()
    given = [uploaded(staff, account, name=name)["name"] for _ in range(2)]
    assert given[0] != given[1]
    for found in given:
        assert 0 < len(found) <= 200
        assert found.endswith(".pdf")
        assert "/" not in found
        assert found.isprintable()


def test_renaming_keeps_the_ending_and_tells(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(staff, account, share="true")
    path = f"/v1/documents/{document['id']}"
    assert staff.post(f"{path}/rename", json={"name": "Factura 12"}).json["name"] == "Factura 12.pdf"
    assert client.get("/v1/documents?q=factura").json["items"][0]["name"] == "Factura 12.pdf"
    (event,) = harness.recorded("documents.document.renamed.v1")
    assert event.data["name"] == "Factura 12.pdf"
    assert client.get(f"{path}/history").json["items"][0]["detail"] == {"name": ["Informe.pdf", "Factura 12.pdf"]}


def test_tags_are_for_staff_alone(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(staff, account, share="true")
    path = f"/v1/documents/{document['id']}"
    assert staff.put(f"{path}/tags", json={"tags": ["IVA", "iva", "Año|2025"]}).json["tags"] == ["Año 2025", "IVA"]
    assert len(staff.get("/v1/documents?q=iva").json["items"]) == 1
    assert len(staff.get("/v1/documents?tag=iva").json["items"]) == 1
    assert staff.get("/v1/documents?tag=iv").json["items"] == []
    assert client.get("/v1/documents?q=iva").json["items"] == []
    assert "tags" not in client.get(path).json
    assert "tagged" not in [entry["action"] for entry in client.get(f"{path}/history").json["items"]]
    assert staff.get(f"{path}/history").json["items"][0]["action"] == "tagged"


def test_versions_are_added_and_an_older_one_counts_again(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(client, account)
    path = f"/v1/documents/{document['id']}"
    added = client.post(f"{path}/versions?name=x.pdf", data=OTHER)
    assert (added.status_code, added.json["version_number"]) == (201, 2)
    assert staff.get(f"{path}/content").data == OTHER
    assert staff.get(f"{path}/content?version=1").data == PDF
    back = staff.post(f"{path}/versions/1/restore").json
    assert (back["version_number"], back["sha256"]) == (3, sha256(PDF))
    assert client.get(f"{path}/content").data == PDF
    assert staff.post(f"{path}/versions/3/restore").json["code"] == "version_is_newest"
    assert staff.post(f"{path}/versions?name=x.png", data=PNG).json["name"] == "Informe.png"
    assert len(harness.recorded("documents.document.version_added.v1")) == 3


def test_a_client_adds_no_version_to_what_the_firm_keeps(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    firms = uploaded(staff, account, share="true")
    refused = client.post(f"/v1/documents/{firms['id']}/versions?name=x.pdf", data=OTHER)
    assert (refused.status_code, refused.json["code"]) == (403, "version_not_allowed")
    own = uploaded(client, account, name="own.pdf")
    place = folder(staff, account, owner="view")
    staff.post(f"/v1/documents/{own['id']}/move", json={"folder_id": place})
    assert client.post(f"/v1/documents/{own['id']}/versions?name=x.pdf", data=OTHER).status_code == 403
    stranger = harness.client(new_id())
    assert stranger.post(f"/v1/documents/{own['id']}/versions?name=x.pdf", data=OTHER).status_code == 404


@pytest.mark.parametrize("sort", ["name", "-name", "size", "-size", "changed", "-changed"])
def test_each_order_has_pages_without_gaps(harness: Harness, account: UUID, sort: str) -> None:
    staff = harness.staff()
    for number in range(5):
        uploaded(staff, account, PDF + b"%" * (number // 2), name=f"{number // 2}.pdf")
    seen: list[dict[str, object]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = staff.get(f"/v1/documents?sort={sort}&limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        seen += page["items"]
        cursor = page["next"]
    assert len({item["id"] for item in seen}) == 5
    column = {"name": "name", "size": "size", "changed": "changed_at"}[sort.removeprefix("-")]
    values = [item[column] for item in seen]
    if column != "name":  # "0 (2)" and "0.pdf" are in the order of the database
        assert values == sorted(values, key=str if column == "changed_at" else int, reverse=sort.startswith("-"))  # type: ignore[arg-type]
    assert staff.get(f"/v1/documents?sort={sort}&cursor=bm8gY3Vyc29y").status_code == 422


def test_kinds_and_origins_filter(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    uploaded(staff, account, name="a.pdf")
    uploaded(harness.client(account), account, PNG, name="b.png")
    assert names(staff, account, kind="image") == ["b.png"]
    assert names(staff, account, kind="pdf") == ["a.pdf"]
    assert names(staff, account, origin="client") == ["b.png"]
    assert names(staff, account, sort="name") == ["a.pdf", "b.png"]


def test_several_at_once_and_why_not_the_others(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    place = folder(staff, account)
    mine = [uploaded(staff, account, name=f"{n}.pdf")["id"] for n in range(2)]
    foreign = uploaded(staff, new_id())["id"]
    body = {"ids": [*mine, foreign], "action": "move", "folder_id": place}
    done = staff.post("/v1/documents/bulk", json=body).json
    assert (sorted(done["done"]), done["refused"]) == (sorted(mine), [{"id": foreign, "code": "folder_of_another"}])
    assert len(names(staff, account, folder=place)) == 2
    assert staff.post("/v1/documents/bulk", json=body | {"action": "delete"}).json["refused"] == []
    assert harness.client(account).post("/v1/documents/bulk", json=body).status_code == 403


def test_a_client_takes_back_what_just_came(harness: Harness, account: UUID) -> None:
    client, staff = harness.client(account), harness.staff()
    with time_machine.travel(clock.now(), tick=False) as now:
        first, second = uploaded(client, account, name="1.pdf"), uploaded(client, account, name="2.pdf")
        firms = uploaded(staff, account, share="true")
        assert client.post(f"/v1/documents/{first['id']}/undo").status_code == 204
        assert staff.get(f"/v1/documents/{first['id']}").json["status"] == "deleted"
        assert client.post(f"/v1/documents/{firms['id']}/undo").json["code"] == "undo_too_late"
        assert harness.client(account).post(f"/v1/documents/{second['id']}/undo").status_code in (204, 409)
        third = uploaded(client, account, name="3.pdf")
        now.shift(timedelta(hours=1, seconds=1))
        later = harness.client(account, id=UUID(third["uploaded_by"]["id"]))
        assert later.post(f"/v1/documents/{third['id']}/undo").json["code"] == "undo_too_late"


def test_the_bin_empties_itself_and_the_bytes_go_after_the_rows(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    with time_machine.travel(clock.now(), tick=False) as now:
        kept, gone = uploaded(staff, account, name="1.pdf"), uploaded(staff, account, name="2.pdf")
        refused = staff.delete(f"/v1/documents/{gone['id']}/for-good")
        assert (refused.status_code, refused.json["code"]) == (409, "not_in_bin")
        staff.delete(f"/v1/documents/{gone['id']}")
        now.shift(timedelta(days=31))
        staff = harness.staff()
        staff.delete(f"/v1/documents/{kept['id']}")
        recycle_bin.empty_bin(harness.runtime)
    staff = harness.staff()
    assert staff.get(f"/v1/documents/{gone['id']}").status_code == 404
    assert staff.get(f"/v1/documents/{kept['id']}").json["status"] == "deleted"
    (event,) = harness.recorded("documents.document.purged.v1")
    assert (str(event.data["id"]), event.data["name"]) == (gone["id"], "2.pdf")
    with harness.database.reading() as session:
        (doomed,) = session.scalars(select(DoomedFile.blob_key))
        (still,) = session.scalars(select(Version.blob_key))
    assert harness.runtime.blobs.exists(doomed)
    recycle_bin.remove_doomed_files(harness.runtime)
    assert not harness.runtime.blobs.exists(doomed)
    assert harness.runtime.blobs.exists(still)
    assert staff.delete(f"/v1/documents/{kept['id']}/for-good").status_code == 204
    assert send(staff, account).status_code == 201


def test_what_is_held_for_a_legal_reason_stays(harness: Harness, account: UUID) -> None:
    harness.deliver("portal.account.saved.v1", {"id": str(account), "legal_hold": True}, version=1)
    staff = harness.staff()
    document = uploaded(staff, account)
    staff.delete(f"/v1/documents/{document['id']}")
    assert staff.delete(f"/v1/documents/{document['id']}/for-good").json["code"] == "legal_hold"

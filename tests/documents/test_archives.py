"""Several documents as one zip: made while it is sent, whole whatever is missing, and only what may be read."""

import io
import zipfile
from uuid import UUID

from services.chassis.testing.harness import Browser, Harness
from tests.documents.samples import PDF, uploaded


def taken(browser: Browser, query: str) -> zipfile.ZipFile:
    answer = browser.get(f"/v1/documents/archive?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def of(*documents: dict[str, object]) -> str:
    return "&".join(f"id={document['id']}" for document in documents)


def test_names_are_safe_and_stand_once(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    names = ("Año.pdf", "../../etc/año.pdf", "CON.pdf", "_missing.txt.pdf")
    documents = [uploaded(staff, account, name=name) for name in names]
    documents.append(uploaded(harness.client(UUID(int=3)), UUID(int=3), name="Año.pdf"))
    archive = taken(staff, of(*documents))
    inside = archive.namelist()
    assert len({name.casefold() for name in inside}) == 5
    assert "_CON.pdf" in inside
    assert not [name for name in inside if ".." in name or "/" in name]
    assert {archive.read(name) for name in inside} == {PDF}


def test_a_client_gets_what_the_client_may_read_and_each_is_recorded(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    private, shared = uploaded(staff, account, name="Private.pdf"), uploaded(staff, account, name="Shared.pdf")
    staff.post(f"/v1/documents/{shared['id']}/share")
    assert taken(client, of(private, shared)).namelist() == ["Shared.pdf"]
    opened = harness.recorded("documents.document.opened.v1")
    assert [(str(event.data["document_id"]), event.data["how"]) for event in opened] == [(shared["id"], "download")]
    assert client.get(f"/v1/documents/archive?{of(private)}").status_code == 404
    assert harness.client(UUID(int=4)).get(f"/v1/documents/archive?{of(shared)}").status_code == 404
    assert client.get("/v1/documents/archive").status_code == 422


def test_a_right_that_ends_meanwhile_counts(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    documents = [uploaded(staff, account, name=f"{number}.pdf", content=PDF * 30000) for number in (1, 2)]
    for document in documents:
        staff.post(f"/v1/documents/{document['id']}/share")
    answer = client.get(f"/v1/documents/archive?{of(*documents)}", buffered=False)
    pieces = answer.iter_encoded()
    got = [next(pieces)]
    staff.post(f"/v1/documents/{documents[1]['id']}/unshare")
    archive = zipfile.ZipFile(io.BytesIO(b"".join([*got, *pieces])))
    assert archive.namelist() == ["1.pdf", "_missing.txt"]
    assert archive.read("_missing.txt").decode() == "2.pdf\r\n"


def test_a_lost_file_is_named_and_the_rest_is_whole(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    lost = uploaded(staff, account, name="A lost one.pdf")
    for path in (harness.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    kept = uploaded(staff, account, name="Kept.pdf")
    archive = taken(staff, of(lost, kept))
    assert archive.namelist() == ["Kept.pdf", "_missing.txt"]
    assert archive.read("_missing.txt").decode() == "A lost one.pdf\r\n"


def test_a_folder_comes_with_what_lies_below(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    harness.deliver("portal.account.saved.v1", {"id": str(account), "adviser_id": None}, version=1)
    top = staff.post(f"/v1/accounts/{account}/folders", json={"name": "Taxes"}).json
    below = staff.post(f"/v1/accounts/{account}/folders", json={"name": "2025", "parent_id": top["id"]}).json
    uploaded(staff, account, name="Return.pdf", folder_id=below["id"])
    uploaded(staff, account, name="Letter.pdf", folder_id=top["id"])
    uploaded(staff, account, name="Elsewhere.pdf")
    assert sorted(taken(staff, f"folder_id={top['id']}").namelist()) == ["2025/Return.pdf", "Letter.pdf"]
    assert harness.client(UUID(int=5)).get(f"/v1/documents/archive?folder_id={top['id']}").status_code == 404


def test_too_much_is_refused_before_a_byte(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    documents = [uploaded(staff, account, name=f"{number}.pdf") for number in (1, 2)]
    harness.runtime.settings.archive_files = 1  # type: ignore[attr-defined]
    answer = staff.get(f"/v1/documents/archive?{of(*documents)}")
    assert (answer.status_code, answer.json["code"], answer.json["files"]) == (422, "archive_too_large", 1)
    assert len(taken(staff, of(documents[0])).namelist()) == 1

"""Upload, share, list, download, delete: what staff and clients do with documents."""

from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from tests.documents.samples import PDF, PNG, send, sha256, uploaded


def test_staff_uploads_and_shares_and_the_client_downloads_the_same_bytes(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(staff, account)
    assert document["sha256"] == sha256(PDF)
    assert (document["size"], document["content_type"], document["origin"]) == (len(PDF), "application/pdf", "firm")
    assert client.get(f"/v1/documents/{document['id']}").status_code == 404

    shared = staff.post(f"/v1/documents/{document['id']}/share").json
    assert (shared["shared"], shared["version"]) == (True, 2)
    assert client.get(f"/v1/documents/{document['id']}").json["new"] is True
    content = client.get(f"/v1/documents/{document['id']}/content")
    assert content.data == PDF
    assert client.get(f"/v1/documents/{document['id']}").json["new"] is False
    assert staff.get(f"/v1/documents/{document['id']}").json["opened_at"] is not None

    assert [event.type for event in harness.recorded()] == [
        "documents.document.uploaded.v1",
        "documents.document.shared.v1",
        "documents.document.opened.v1",
    ]


def test_upload_and_share_in_one_call_records_both(harness: Harness, account: UUID) -> None:
    document = uploaded(harness.staff(name="Lucía"), account, share="true", request_id=(request := new_id()))
    assert document["shared"] is True
    assert document["request_id"] == str(request)
    uploaded_event, shared_event = harness.recorded()
    assert (uploaded_event.subjectversion, shared_event.subjectversion) == (1, 2)
    assert uploaded_event.data["shared"] is False
    assert shared_event.data["shared_by"]["name"] == "Lucía"
    assert uploaded_event.subject == shared_event.subject == document["id"]


def test_sharing_twice_tells_it_once(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    for _ in range(3):
        assert staff.post(f"/v1/documents/{document['id']}/share").status_code == 200
    assert len(harness.recorded("documents.document.shared.v1")) == 1


def test_unshared_is_hidden_again(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(staff, account, share="true")
    assert staff.post(f"/v1/documents/{document['id']}/unshare").json["shared"] is False
    assert client.get(f"/v1/documents/{document['id']}/content").status_code == 404
    assert client.get("/v1/documents").json["items"] == []
    (event,) = harness.recorded("documents.document.unshared.v1")
    assert (event.data["shared"], event.data["shared_at"]) == (False, None)


def test_a_client_sees_own_uploads_and_shared_ones_of_the_active_account_only(harness: Harness, account: UUID) -> None:
    staff, other_account = harness.staff(), new_id()
    mine = uploaded(harness.client(account), account, name="mine.pdf")
    shared = uploaded(staff, account, name="shared.pdf", share="true")
    uploaded(staff, account, name="internal.pdf")
    foreign = uploaded(staff, other_account, name="foreign.pdf", share="true")

    client = harness.client(account, others=[other_account])
    assert {item["id"] for item in client.get("/v1/documents").json["items"]} == {mine["id"], shared["id"]}
    assert client.get(f"/v1/documents?account_id={other_account}").json["items"] == []
    for path in ("", "/content", "/history"):
        assert client.get(f"/v1/documents/{foreign['id']}{path}").status_code == 404
    assert {item["new"] for item in client.get("/v1/documents").json["items"]} == {True, False}
    assert [item["id"] for item in client.get("/v1/documents?new=true").json["items"]] == [shared["id"]]


def test_a_client_uploads_only_to_the_account_being_looked_at(harness: Harness, account: UUID) -> None:
    other = new_id()
    client = harness.client(account, others=[other])
    assert send(client, other).status_code == 404
    assert send(client, new_id()).status_code == 404
    assert harness.recorded() == []


def test_a_client_may_not_share_delete_or_restore(harness: Harness, account: UUID) -> None:
    client = harness.client(account)
    document = uploaded(client, account, share="true")
    assert document["shared"] is False
    for path in ("share", "unshare", "restore"):
        assert client.post(f"/v1/documents/{document['id']}/{path}").status_code == 403
    assert client.delete(f"/v1/documents/{document['id']}").status_code == 403


def test_staff_needs_the_permission(harness: Harness, account: UUID) -> None:
    reader = harness.staff("documents.read")
    assert send(reader, account).status_code == 403
    assert reader.get("/v1/documents").status_code == 200
    assert harness.staff("clients.read").get("/v1/documents").status_code == 403
    assert harness.anyone().get("/v1/documents").status_code == 401


def test_switched_off_uploads_are_refused_for_clients_only(harness: Harness, account: UUID) -> None:
    switches = {"share_documents": False}
    harness.deliver("portal.settings.saved.v1", {"switches": switches}, version=5)
    refused = send(harness.client(account), account)
    assert (refused.status_code, refused.json["code"]) == (403, "uploads_switched_off")
    assert send(harness.staff(), account).status_code == 201
    harness.deliver("portal.settings.saved.v1", {"switches": {"share_documents": True}}, version=4)  # came late
    assert send(harness.client(account), account).status_code == 403
    harness.deliver("portal.settings.saved.v1", {"switches": {"share_documents": True}}, version=6)
    assert send(harness.client(account), account).status_code == 201


def test_an_archived_account_takes_no_documents(harness: Harness, account: UUID) -> None:
    harness.deliver("portal.account.saved.v1", {"id": str(account), "status": "archived"}, version=3)
    refused = send(harness.staff(), account)
    assert (refused.status_code, refused.json["code"]) == (409, "account_archived")


def test_recycle_bin(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(staff, account, share="true")
    path = f"/v1/documents/{document['id']}"
    assert staff.delete(path).status_code == 204
    assert staff.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/content").status_code == 404
    assert staff.get("/v1/documents").json["items"] == []
    assert [item["id"] for item in staff.get("/v1/documents?status=deleted").json["items"]] == [document["id"]]
    assert staff.post(f"{path}/share").json["code"] == "illegal_transition"
    assert len(harness.recorded("documents.document.deleted.v1")) == 1

    assert staff.post(f"{path}/restore").json["status"] == "available"
    assert staff.post(f"{path}/restore").status_code == 409
    assert client.get(f"{path}/content").data == PDF
    (restored,) = harness.recorded("documents.document.restored.v1")
    assert restored.data["shared"] is True


def test_a_client_cannot_reach_deleted_ones_by_the_status(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, share="true")
    staff.delete(f"/v1/documents/{document['id']}")
    assert harness.client(account).get("/v1/documents?status=deleted").json["items"] == []


def test_pages_and_search(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    names = [f"Declaración {number}.pdf" for number in range(7)] + ["100%_cierto.pdf"]
    for name in names:
        uploaded(staff, account, name=name)
    seen, cursor = [], ""
    while cursor is not None:
        page = staff.get(f"/v1/documents?limit=3{f'&cursor={cursor}' if cursor else ''}").json
        seen += [item["name"] for item in page["items"]]
        cursor = page["next"]
    assert seen == names[::-1]
    found = staff.get("/v1/documents?q=declaracion 3").json["items"]
    assert [item["name"] for item in found] == ["Declaración 3.pdf"]
    assert [item["name"] for item in staff.get("/v1/documents?q=%25_").json["items"]] == ["100%_cierto.pdf"]
    assert staff.get("/v1/documents?cursor=nonsense").status_code == 422
    assert staff.get("/v1/documents?cursor=MjAyNi0xMS0yMA==").status_code == 422
    assert staff.get("/v1/documents?limit=1000").status_code == 422


def test_names_of_accounts_come_with_their_copy(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    assert document["account_name"] is None
    harness.deliver("portal.account.saved.v1", {"id": str(account), "name": "Talleres Acosta"}, version=1)
    assert staff.get(f"/v1/documents/{document['id']}").json["account_name"] == "Talleres Acosta"


def test_history_says_who_did_and_opened_what(harness: Harness, account: UUID) -> None:
    staff, ana = harness.staff(name="Lucía"), harness.client(account, name="Ana", id=new_id())
    document = uploaded(staff, account, share="true")
    path = f"/v1/documents/{document['id']}"
    ana.get(f"{path}/content?how=preview")
    ana.get(f"{path}/content")
    staff.get(f"{path}/content")
    entries = ana.get(f"{path}/history").json["items"]
    assert [(entry["action"], entry["by"]["name"], entry["how"]) for entry in entries[::-1]] == [
        ("uploaded", "Lucía", None),
        ("shared", "Lucía", None),
        ("opened", "Ana", "preview"),
        ("opened", "Ana", "download"),
        ("opened", "Lucía", "download"),
    ]
    assert [event.data["first"] for event in harness.recorded("documents.document.opened.v1")] == [True, False, True]
    first = ana.get(f"{path}/history?limit=2").json
    second = ana.get(f"{path}/history?limit=50&cursor={first['next']}").json
    assert len(first["items"]) + len(second["items"]) == 5
    assert second["next"] is None


def test_signing_reads_any_document_and_leaves_no_trace(harness: Harness, account: UUID) -> None:
    document = uploaded(harness.staff(), account)
    signing = harness.peer("signing")
    assert signing.get(f"/v1/documents/{document['id']}/content").data == PDF
    assert signing.get(f"/v1/documents/{document['id']}").json["sha256"] == sha256(PDF)
    assert harness.recorded("documents.document.opened.v1") == []
    for path in (f"/v1/documents/{document['id']}/content", "/v1/documents"):
        assert harness.peer("portal").get(path).status_code == 403


@pytest.mark.parametrize("content", [PDF, PNG])
def test_a_list_says_the_same_as_the_single_view(harness: Harness, account: UUID, content: bytes) -> None:
    client = harness.client(account)
    uploaded(harness.staff(), account, content, share="true")
    (listed,) = client.get("/v1/documents").json["items"]
    single = client.get(f"/v1/documents/{listed['id']}").json
    assert {name: _same(value) for name, value in listed.items()} == {
        name: _same(value) for name, value in single.items() if name != "versions"
    }


def _same(value: object) -> object:
    return value.replace("Z", "+00:00") if isinstance(value, str) else value

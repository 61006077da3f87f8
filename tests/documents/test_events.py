"""What other services tell: sealed files, requests, and the copies; twice and in any order."""

import random
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select

from services.chassis.columns import new_id
from services.chassis.event import Event
from services.chassis.problems import Problem
from services.chassis.testing.harness import Harness
from services.documents.copies.models import PortalAccount, PortalContact, PortalSettings
from services.documents.sealed_files import WrongFile
from tests.documents.samples import PDF, sha256, uploaded

SEALED = PDF + b"% sealed\n"
COMPLETED, VERSION_ADDED = "signing.sign_request.completed.v1", "documents.document.version_added.v1"


def complete(harness: Harness, account: UUID, document_id: str, content: bytes = SEALED, **more: object) -> Event:
    data = {
        "id": str(new_id()),
        "account_id": str(account),
        "document_id": document_id,
        "sealed_sha256": sha256(content),
        "sealed_size": len(content),
    }
    return harness.make(COMPLETED, data | more)


def test_a_sealed_file_becomes_the_newest_version(harness: Harness, account: UUID, httpserver: HTTPServer) -> None:
    staff, ana = harness.staff(), harness.client(account, id=new_id())
    document = uploaded(staff, account)  # not shared: only its signers have seen it, in signing
    event = complete(harness, account, document["id"])
    harness.point("signing", httpserver.url_for("/"))
    path = f"/v1/sign-requests/{event.data['id']}/sealed"
    httpserver.expect_request(path).respond_with_data(SEALED, content_type="application/pdf")

    for _ in range(3):
        harness.deliver(event)
    assert len(httpserver.log) == 1
    assert httpserver.log[0][0].headers["Authorization"].startswith("Bearer ")

    shown = ana.get(f"/v1/documents/{document['id']}").json
    assert (shown["version_number"], shown["sha256"], shown["new"]) == (2, sha256(SEALED), True)
    assert [version["origin"] for version in shown["versions"]] == ["firm", "signing"]
    assert ana.get(f"/v1/documents/{document['id']}/content").data == SEALED
    assert ana.get(f"/v1/documents/{document['id']}/content?version=1").data == PDF
    (added,) = harness.recorded(VERSION_ADDED)
    assert (added.data["version_number"], added.data["shared"]) == (2, True)
    assert added.data["sign_request_id"] == UUID(shown["sign_request_id"])
    assert harness.recorded("documents.document.shared.v1") == []


def test_what_was_read_is_new_again_with_its_sealed_version(
    harness: Harness, account: UUID, httpserver: HTTPServer
) -> None:
    ana = harness.client(account, id=new_id())
    document = uploaded(harness.staff(), account, share="true")
    ana.get(f"/v1/documents/{document['id']}/content")
    harness.point("signing", httpserver.url_for("/"))
    event = complete(harness, account, document["id"])
    httpserver.expect_request(f"/v1/sign-requests/{event.data['id']}/sealed").respond_with_data(SEALED)
    harness.deliver(event)
    assert [item["id"] for item in ana.get("/v1/documents?new=true").json["items"]] == [document["id"]]
    ana.get(f"/v1/documents/{document['id']}/content?version=1")
    assert len(ana.get("/v1/documents?new=true").json["items"]) == 1
    ana.get(f"/v1/documents/{document['id']}/content")
    assert ana.get("/v1/documents?new=true").json["items"] == []


def test_another_file_than_announced_is_not_filed(harness: Harness, account: UUID, httpserver: HTTPServer) -> None:
    document = uploaded(harness.staff(), account)
    harness.point("signing", httpserver.url_for("/"))
    event = complete(harness, account, document["id"])
    path = f"/v1/sign-requests/{event.data['id']}/sealed"
    httpserver.expect_ordered_request(path).respond_with_data(SEALED + b"x")
    httpserver.expect_ordered_request(path).respond_with_data("down", status=503)
    httpserver.expect_ordered_request(path).respond_with_data(SEALED)
    with pytest.raises(WrongFile):
        harness.deliver(event)
    with pytest.raises(Problem):
        harness.deliver(event)
    assert harness.recorded(VERSION_ADDED) == []
    assert len([path for path in (harness.folder / "files").rglob("*") if path.is_file()]) == 1
    harness.deliver(event)
    assert len(harness.recorded(VERSION_ADDED)) == 1


def test_a_sealed_file_of_another_account_touches_nothing(harness: Harness, account: UUID) -> None:
    document = uploaded(harness.staff(), account)
    harness.deliver(complete(harness, new_id(), document["id"]))
    assert harness.recorded(VERSION_ADDED) == []


@pytest.mark.parametrize("deleted", [False, True])
def test_a_clients_reply_ties_its_documents(harness: Harness, account: UUID, deleted: bool) -> None:
    staff, ana = harness.staff(), harness.client(account)
    mine, foreign = uploaded(ana, account), uploaded(staff, new_id())
    if deleted:
        staff.delete(f"/v1/documents/{mine['id']}")
    data = {
        "id": str(new_id()),
        "account_id": str(account),
        "by": {"kind": "client", "id": str(new_id()), "name": "Ana"},
        "comment_document_ids": [mine["id"], foreign["id"], str(new_id())],
    }
    for _ in range(2):
        harness.deliver("portal.request.replied.v1", data)
    assert staff.get(f"/v1/documents/{mine['id']}").json["request_id"] == data["id"]
    assert staff.get(f"/v1/documents/{foreign['id']}").json["request_id"] is None
    status = "deleted" if deleted else "available"
    listed = staff.get(f"/v1/documents?request_id={data['id']}&status={status}").json["items"]
    assert [item["id"] for item in listed] == [mine["id"]]
    assert harness.recorded("documents.document.shared.v1") == []


@pytest.mark.parametrize(
    "type",
    [
        "portal.request.created.v1",
        "portal.request.replied.v1",
        "portal.conversation.started.v1",
        "portal.message.posted.v1",
    ],
)
def test_what_the_firm_sends_with_a_request_is_shared(harness: Harness, account: UUID, type: str) -> None:
    ana = harness.client(account)
    document = uploaded(harness.staff(), account)
    lucia = {"kind": "staff", "id": str(new_id()), "name": "Lucía"}
    data = {"account_id": str(account), "created_by": lucia, "by": lucia, "document_ids": [document["id"]]}
    for _ in range(2):
        harness.deliver(type, data | {"comment_document_ids": [document["id"]]})
    assert ana.get(f"/v1/documents/{document['id']}/content").data == PDF
    (shared,) = harness.recorded("documents.document.shared.v1")
    assert (shared.data["shared_by"]["name"], shared.data["request_id"] is not None) == ("Lucía", True)


def test_copies_keep_the_newest_state_whatever_order(harness: Harness) -> None:
    account, contact = str(new_id()), str(new_id())
    events = [
        harness.make(type, {"id": id, "name": f"Name {version}"}, version=version)
        for type, id in (("portal.account.saved.v1", account), ("portal.contact.saved.v1", contact))
        for version in range(1, 6)
    ]
    events += [
        harness.make("portal.settings.saved.v1", {"switches": {"share_documents": version % 2 == 1}}, version=version)
        for version in range(1, 6)
    ]
    events *= 3
    random.Random(3).shuffle(events)
    for event in events:
        harness.deliver(event)
    with harness.database.reading() as session:
        assert session.scalars(select(PortalAccount.name)).all() == ["Name 5"]
        assert session.scalars(select(PortalContact.name)).all() == ["Name 5"]
        assert session.execute(select(PortalSettings.share_documents, PortalSettings.version)).all() == [(True, 5)]

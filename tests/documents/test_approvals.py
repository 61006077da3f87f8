"""Approving and rejecting: the client what the firm sent, the firm what the client sent; only the newest version."""

from uuid import UUID

import pytest

from services.chassis.testing.harness import Browser, Harness
from tests.documents.samples import PDF, uploaded


@pytest.fixture
def staff(harness: Harness) -> Browser:
    return harness.staff()


@pytest.fixture
def client(harness: Harness, account: UUID) -> Browser:
    return harness.client(account)


def told(harness: Harness) -> list[tuple[str, str]]:
    events = [event for event in harness.recorded() if ".approval_" in event.type]
    return [(event.type.split(".")[2].removeprefix("approval_"), event.data["status"]) for event in events]


def said(decision: str, number: int = 1, reason: str = "") -> dict[str, object]:
    return {"decision": decision, "version_number": number, "reason": reason}


def test_the_client_is_asked_sees_the_document_and_decides(
    harness: Harness, account: UUID, staff: Browser, client: Browser
) -> None:
    path = f"/v1/documents/{uploaded(staff, account)['id']}"
    assert client.get(f"{path}/approvals").status_code == 404
    asked = staff.post(f"{path}/approvals", json={"note": "Page 3, please."}).json["current"]
    assert (asked["status"], asked["side"], asked["note"]) == ("asked", "client", "Page 3, please.")
    assert client.get(path).json["shared"]
    assert client.get(f"{path}/approvals").json["current"]["status"] == "asked"
    silent = client.post(f"{path}/approvals/decision", json=said("rejected"))
    assert (silent.status_code, silent.json["errors"]) == (422, {"reason": ["Say why."]})
    done = client.post(f"{path}/approvals/decision", json=said("rejected", reason="It is last year's."))
    assert done.json["current"]["decided_by"]["name"] == "Ana Acosta"
    assert told(harness) == [("asked", "asked"), ("decided", "rejected")]
    again = client.post(f"{path}/approvals/decision", json=said("approved"))
    assert (again.status_code, again.json["code"]) == (409, "approval_exists")
    history = [entry["action"] for entry in client.get(f"{path}/history").json["items"]]
    assert history[:2] == ["rejected", "approval_asked"]


def test_the_firm_decides_about_what_the_client_sent_and_takes_it_back(
    harness: Harness, account: UUID, staff: Browser, client: Browser
) -> None:
    path = f"/v1/documents/{uploaded(client, account)['id']}"
    assert client.post(f"{path}/approvals/decision", json=said("approved")).json["code"] == "nothing_to_decide"
    assert staff.post(f"{path}/approvals/decision", json=said("approved")).json["current"]["side"] == "firm"
    assert staff.post(f"{path}/approvals/undo").json["current"] is None
    assert staff.post(f"{path}/approvals/undo").json["code"] == "nothing_to_decide"
    answer = staff.post(f"{path}/approvals/decision", json=said("rejected", reason="Page 2 is missing."))
    assert answer.json["current"]["reason"] == "Page 2 is missing."
    assert told(harness) == [("decided", "approved"), ("undone", "undone"), ("decided", "rejected")]
    assert client.post(f"{path}/approvals/undo").status_code == 403


def test_the_firm_does_not_answer_for_the_client(account: UUID, staff: Browser) -> None:
    path = f"/v1/documents/{uploaded(staff, account)['id']}/approvals"
    assert staff.post(f"{path}/decision", json=said("approved")).json["code"] == "nothing_to_decide"
    staff.post(path, json={})
    assert staff.post(f"{path}/decision", json=said("approved")).json["code"] == "approval_exists"
    assert staff.post(path, json={}).json["code"] == "approval_exists"


def test_a_new_version_has_no_approval(harness: Harness, account: UUID, staff: Browser, client: Browser) -> None:
    document = uploaded(staff, account)
    path = f"/v1/documents/{document['id']}/approvals"
    staff.post(path, json={})
    from services.chassis.columns import new_id
    from services.documents.library import actions
    from services.documents.library.models import Document

    with harness.runtime.database.unit_of_work() as session:
        row = session.get(Document, UUID(document["id"]))
        blob = harness.runtime.blobs.write("aa/second", [PDF])
        actions.add_sealed_version(session, row, blob, sign_request_id=new_id(), content_type="application/pdf")
    found = client.get(path).json
    assert (found["current"], found["version_number"], len(found["items"])) == (None, 2, 1)
    stale = client.post(f"{path}/decision", json=said("approved", 1))
    assert (stale.status_code, stale.json["code"]) == (409, "version_changed")


def test_others_neither_see_nor_decide(harness: Harness, account: UUID, staff: Browser) -> None:
    path = f"/v1/documents/{uploaded(staff, account)['id']}/approvals"
    staff.post(path, json={})
    stranger = harness.client(UUID(int=9))
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/decision", json=said("approved")).status_code == 404
    acting = {"acting": {"id": str(account), "name": "Lucía"}, "read_only": True}
    viewing = harness.client(account, **acting)
    assert viewing.post(f"{path}/decision", json=said("approved")).status_code == 403
    assert harness.client(account).post(f"{path}/decision", json=said("approved")).status_code == 200, "control"

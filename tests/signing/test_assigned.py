"""Staff who see assigned clients only get no sign request of another client (B8)."""

from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser
from tests.signing.office import Office


@pytest.fixture
def tomas() -> UUID:
    """The member of staff whose clients are meant."""
    return new_id()


@pytest.fixture
def limited(office: Office, tomas: UUID) -> Browser:
    """The same person, who sees assigned clients only."""
    return office.harness.staff(id=tomas, assigned_only=True)


@pytest.fixture
def free(office: Office, tomas: UUID) -> Browser:
    """The same person without the limit: the control."""
    return office.harness.staff(id=tomas)


def assign(office: Office, adviser: UUID, version: int) -> None:
    data = {"id": str(office.account), "name": "Talleres Acosta", "adviser_id": str(adviser)}
    office.harness.deliver("portal.account.saved.v1", data, version=version)


def test_nothing_of_another_client_is_there(office: Office, limited: Browser, free: Browser) -> None:
    assign(office, new_id(), 2)
    path = f"/v1/sign-requests/{office.completed()}"
    reads = ("", "/pages/1", "/text", "/document", "/sealed", "/audit")
    for target in reads:
        assert limited.get(path + target).status_code == 404, target
        assert free.get(path + target).status_code == 200, target
    assert limited.get("/v1/sign-requests").json["items"] == []
    assert limited.get(f"/v1/sign-requests?account_id={office.account}").json["items"] == []
    assert len(free.get("/v1/sign-requests").json["items"]) == 1


def test_nothing_is_changed_or_made_for_another_client(office: Office, limited: Browser, free: Browser) -> None:
    assign(office, new_id(), 2)
    draft = f"/v1/sign-requests/{office.make()}"
    plan = {
        "recipients": [{"key": "a", "contact_id": str(office.ana), "role": "signer", "order": 1}],
        "fields": [{"recipient": "a", "type": "signature", "page": 1, "x": 72, "y": 600, "width": 180, "height": 44}],
    }
    acts = (("PUT", "/plan", plan), ("POST", "/send", None), ("POST", "/void", {"reason": "x"}))
    for method, target, body in acts:
        assert limited.open(method, draft + target, json=body).status_code == 404, target
        assert free.open(method, draft + target, json=body).status_code == 200, target
    asked = {"account_id": str(office.account), "document_id": str(office.has_document()), "title": "T"}
    refused = limited.post("/v1/sign-requests", json=asked)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["account_id"])
    assert free.post("/v1/sign-requests", json=asked).status_code == 201


def test_what_is_assigned_is_there_while_it_is(office: Office, limited: Browser, tomas: UUID) -> None:
    assign(office, tomas, 2)
    path = f"/v1/sign-requests/{office.make()}"
    assert limited.get(path).status_code == 200
    assign(office, new_id(), 3)
    assert limited.get(path).status_code == 404

"""Staff who see assigned clients only get no document of another client (B8)."""

from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.documents.samples import PDF, send, uploaded


@pytest.fixture
def tomas() -> UUID:
    """The member of staff whose clients are meant."""
    return new_id()


@pytest.fixture
def limited(harness: Harness, tomas: UUID) -> Browser:
    """The same person, who sees assigned clients only."""
    return harness.staff(id=tomas, assigned_only=True)


@pytest.fixture
def free(harness: Harness, tomas: UUID) -> Browser:
    """The same person without the limit: the control."""
    return harness.staff(id=tomas)


def save_account(harness: Harness, account: UUID, adviser: UUID | None, version: int = 1) -> None:
    data = {"id": str(account), "adviser_id": str(adviser) if adviser else None, "status": "active"}
    harness.deliver("portal.account.saved.v1", data, version=version)


@pytest.mark.parametrize("known", [True, False], ids=["another's", "not heard of yet"])
def test_nothing_of_another_client_is_there(
    harness: Harness, limited: Browser, free: Browser, account: UUID, known: bool
) -> None:
    if known:
        save_account(harness, account, new_id())
    document = uploaded(harness.staff(), account)
    path = f"/v1/documents/{document['id']}"
    tried = [("GET", path), ("GET", f"{path}/content"), ("GET", f"{path}/history")]
    tried += [("POST", f"{path}/share"), ("POST", f"{path}/unshare"), ("DELETE", path), ("POST", f"{path}/restore")]
    for method, target in tried:
        assert limited.open(method, target).status_code == 404, target
        assert free.open(method, target).status_code < 300, target
    assert limited.get("/v1/documents").json["items"] == []
    assert limited.get(f"/v1/documents?account_id={account}").json["items"] == []
    assert len(free.get("/v1/documents").json["items"]) == 1
    assert send(limited, account, PDF).status_code == 404
    assert send(free, account, PDF).status_code == 201


def test_what_is_assigned_is_there_while_it_is(harness: Harness, limited: Browser, account: UUID, tomas: UUID) -> None:
    save_account(harness, account, tomas)
    document = uploaded(limited, account)
    assert limited.get(f"/v1/documents/{document['id']}/content").data == PDF
    assert len(limited.get("/v1/documents").json["items"]) == 1
    save_account(harness, account, None, version=2)
    assert limited.get(f"/v1/documents/{document['id']}/content").status_code == 404

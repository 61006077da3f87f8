"""The portal under test, with two clients that must never see anything of each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.chassis import clock
from services.chassis.database import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Browser, Harness
from services.portal.field_editor.models import FieldSetting
from services.portal.service import SERVICE


@dataclass
class Client:
    """A client of the firm with its first contact, who is signed in."""

    account_id: UUID
    contact_id: UUID
    user_id: UUID
    browser: Browser


@pytest.fixture
def portal(open_harness: OpenHarness) -> Harness:
    """The portal on an empty database."""
    return open_harness(SERVICE)


@pytest.fixture
def staff(portal: Harness) -> Browser:
    """A member of staff who may do everything, of a firm that uses every field."""
    decided = {"block": "contact", "active": True, "changed_by": None, "changed_at": clock.now()}
    names = ("portal_user", "support_start", "support_end")
    with portal.database.unit_of_work() as session:
        session.add_all(FieldSetting(name=name, **decided) for name in names)
    return portal.staff()


@pytest.fixture
def make_client(portal: Harness, staff: Browser) -> Callable[..., Client]:
    """A function that adds a client with one contact, who is a portal user and signed in."""

    def make(
        name: str = "Talleres Acosta, S.L.", contact: str = "Ana Acosta", email: str = "ana@acosta.example"
    ) -> Client:
        person = {"name": contact, "email": email, "portal_user": True}
        answer = staff.post("/v1/accounts", json={"name": name, "contacts": [person]})
        assert answer.status_code == 201, answer.json
        account_id, contact_id = UUID(answer.json["id"]), UUID(answer.json["contacts"][0]["id"])
        user_id = new_id()
        return Client(
            account_id,
            contact_id,
            user_id,
            portal.client(account_id, contact_id=contact_id, id=user_id, name=contact),
        )

    return make


@pytest.fixture
def acosta(make_client: Callable[..., Client]) -> Client:
    """The client that most tests are about."""
    return make_client()


@pytest.fixture
def stranger(make_client: Callable[..., Client]) -> Client:
    """Another client of the same firm."""
    return make_client("Ribeiro e Filhos", "Joaquim Ribeiro", "joaquim@ribeiro.example")


def user_of(client: Client, **changes: Any) -> dict[str, Any]:
    """Return the state of a client's user as identity tells it."""
    access = {"account_id": str(client.account_id), "contact_id": str(client.contact_id), "role": "owner"}
    return {"id": str(client.user_id), "accounts": [access], "version": 1} | changes


def document_of(client: Client, **changes: Any) -> dict[str, Any]:
    """Return the state of a document of a client as documents tells it."""
    state = {
        "id": str(new_id()),
        "account_id": str(client.account_id),
        "name": "IVA.pdf",
        "request_id": None,
        "sign_request_id": None,
        "origin": "firm",
        "shared": True,
        "shared_at": "2026-11-20T09:30:00+00:00",
        "status": "available",
        "version": 1,
    }
    return state | changes


def sign_request_of(client: Client, **changes: Any) -> dict[str, Any]:
    """Return the state of a sign request to a client as signing tells it. `recipient` changes its one recipient."""
    recipient = {
        "id": str(new_id()),
        "contact_id": str(client.contact_id),
        "user_id": str(client.user_id),
        "name": "Ana Acosta",
        "email": "ana@acosta.example",
        "role": "signer",
        "order": 1,
        "status": "notified",
        "signed_at": None,
    } | changes.pop("recipient", {})
    state = {
        "id": str(new_id()),
        "account_id": str(client.account_id),
        "document_id": str(new_id()),
        "title": "Carta de encargo 2026",
        "status": "sent",
        "sent_at": "2026-11-20T09:30:00+00:00",
        "recipients": [recipient],
        "version": 4,
    }
    return state | changes


def errors_of(answer: Any) -> Mapping[str, list[str]]:
    """Return the field errors of a refused call."""
    assert answer.status_code == 422, answer.json
    errors: Mapping[str, list[str]] = answer.json["errors"]
    return errors

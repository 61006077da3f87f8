"""HTTP API of the directory."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.access_log.actions import note_view
from services.portal.directory import access, actions, bulk, lists, queries
from services.portal.directory.schemas import (
    AccountChange,
    AccountOut,
    AccountPage,
    AccountQuery,
    Bulk,
    BulkResult,
    ContactChange,
    ContactOut,
    Invitation,
    InvitationResult,
    NewAccount,
    NewContact,
    Version,
)

accounts = Blueprint("accounts", __name__, url_prefix="/v1/accounts", description="The firm's clients")
contacts = Blueprint("contacts", __name__, url_prefix="/v1/contacts", description="The people of a client")


@accounts.get("")
@accounts.arguments(AccountQuery, location="query")
@accounts.response(200, AccountPage)
@allow(staff="clients.read")
def list_accounts(query: dict[str, Any]) -> dict[str, Any]:
    """List clients. `q` looks through names, tax numbers, addresses and contacts."""
    with reading() as session:
        return lists.accounts(session, caller(), **query)


@accounts.post("")
@accounts.arguments(NewAccount)
@accounts.response(201, AccountOut)
@allow(staff="clients.write")
def create_account(values: dict[str, Any]) -> dict[str, Any]:
    """Add a client, with its first contacts."""
    with unit_of_work() as session:
        account = actions.create_account(session, caller(), **values)
        session.flush()
        return queries.account(session, caller(), account.id)


@accounts.post("/bulk")
@accounts.arguments(Bulk)
@accounts.response(200, BulkResult)
@allow(staff="clients.write")
def change_many(values: dict[str, Any]) -> dict[str, Any]:
    """Put a tag on several clients, take one off, or give them an adviser: all of them or none."""
    with unit_of_work() as session:
        return {"changed": bulk.change_many(session, caller(), **values)}


@accounts.get("/<uuid:account_id>")
@accounts.response(200, AccountOut)
@allow(staff="clients.read")
def get_account(account_id: UUID) -> dict[str, Any]:
    """Show a client with its contacts."""
    with reading() as session:
        found = queries.account(session, caller(), account_id)
        note_view(session, caller(), "client.viewed", account_id=account_id, subject=("account", account_id))
        return found


@accounts.patch("/<uuid:account_id>")
@accounts.arguments(AccountChange)
@accounts.response(200, AccountOut)
@allow(staff="clients.write")
def change_account(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Change a client; 409 `changed_meanwhile` where somebody else did so first."""
    with unit_of_work() as session:
        actions.change_account(session, caller(), account_id, **values)
        return queries.account(session, caller(), account_id)


@accounts.post("/<uuid:account_id>/contacts")
@accounts.arguments(NewContact)
@accounts.response(201, ContactOut)
@allow(staff="clients.write")
def add_contact(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Add a contact to a client."""
    with unit_of_work() as session:
        contact = actions.add_contact(session, caller(), account_id, **values)
        return queries.contact(session, caller(), contact.id)


@accounts.post("/<uuid:account_id>/invitations")
@accounts.arguments(Invitation)
@accounts.response(200, InvitationResult)
@allow(staff="clients.write")
def invite_contacts(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Invite contacts of a client to the portal."""
    with unit_of_work() as session:
        return {"items": access.invite_contacts(session, caller(), account_id, **values)}


@contacts.get("/<uuid:contact_id>")
@contacts.response(200, ContactOut)
@allow(staff="clients.read")
def get_contact(contact_id: UUID) -> dict[str, Any]:
    """Show a contact."""
    with reading() as session:
        return queries.contact(session, caller(), contact_id)


@contacts.patch("/<uuid:contact_id>")
@contacts.arguments(ContactChange)
@contacts.response(200, ContactOut)
@allow(staff="clients.write")
def change_contact(values: dict[str, Any], contact_id: UUID) -> dict[str, Any]:
    """Change a contact; 409 `changed_meanwhile` where somebody else did so first."""
    with unit_of_work() as session:
        actions.change_contact(session, caller(), contact_id, **values)
        return queries.contact(session, caller(), contact_id)


@contacts.delete("/<uuid:contact_id>")
@contacts.arguments(Version, location="query")
@contacts.response(204)
@allow(staff="clients.write")
def remove_contact(query: dict[str, Any], contact_id: UUID) -> None:
    """Remove a contact; its access to the portal ends."""
    with unit_of_work() as session:
        actions.remove_contact(session, caller(), contact_id, **query)


@contacts.delete("/<uuid:contact_id>/access")
@contacts.response(200, ContactOut)
@allow(staff="clients.write")
def withdraw_access(contact_id: UUID) -> dict[str, Any]:
    """Take a contact's access to the portal away: an open invitation works no more, sessions end."""
    with unit_of_work() as session:
        access.withdraw_access(session, caller(), contact_id)
        return queries.contact(session, caller(), contact_id)

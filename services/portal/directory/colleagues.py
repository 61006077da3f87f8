"""What the owner of an account does with the colleagues who use the portal with them (B4)."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.contracts.client_roles import OWNS
from services.portal.directory import queries
from services.portal.directory.models import Contact
from services.portal.directory.records import (
    assign,
    locked_account,
    locked_contact,
    people_of,
    refresh,
    require_free,
    tell_contact,
)
from services.portal.settings.queries import firm_settings, switches

MOST_PEOPLE = 50
"""Each invitation is a mail to an address of the owner's choice: nobody sends the world mails through us."""


def colleagues(session: Session, caller: Caller) -> dict[str, Any]:
    """Return the people of the account being looked at, and whether the firm lets its owners invite more."""
    people = queries.contacts_of(session, [_account_id(caller)])[_account_id(caller)]
    return {
        "items": [person | {"is_self": person["id"] == caller.contact_id} for person in people],
        "may_invite": switches(firm_settings(session))["colleague_invitations"],
    }


def invite_colleague(session: Session, caller: Caller, *, name: str, email: str, role: str) -> Contact:
    """Add a colleague as a contact who is invited to the portal, and return it.

    Raises 403 while the firm does not let owners invite, 422 where the address is a contact's already.
    """
    _require_switch(session)
    account = locked_account(session, caller, _account_id(caller))
    people = people_of(session, account.id)
    if any(person.email == email and not person.portal_user for person in people):
        raise problems.invalid({"email": ["The firm knows this person. Ask it to give them access."]})
    require_free(people, email)
    if len(people) >= MOST_PEOPLE:
        raise problems.conflict("too_many_contacts", "This client has as many contact persons as it can have.")
    now = clock.now()
    contact = Contact(
        account_id=account.id,
        name=name,
        email=email,
        role=role,
        locale=caller.locale,
        timezone=caller.timezone,
        portal_user=True,
        invited_at=now,
        invited_by=caller.person,
        removed=False,
        created_at=now,
        updated_at=now,
        version=1,
    )
    session.add(contact)
    session.flush()
    refresh(account, [*people, contact])
    tell_contact(session, caller, contact, "contact.invited")
    return contact


def change_colleague(session: Session, caller: Caller, contact_id: UUID, *, role: str) -> Contact:
    """Give a colleague another role, which counts from their next page on.

    Raises 403 while the firm does not let owners invite, 404 for a stranger, 409 for oneself and the last owner.
    """
    contact = _colleague(session, caller, contact_id)
    _require_switch(session)
    if role not in OWNS:
        _require_other_owner(session, contact)
    if assign(contact, {"role": role}):
        tell_contact(session, caller, contact, "contact.role_changed")
    return contact


def withdraw_colleague(session: Session, caller: Caller, contact_id: UUID) -> None:
    """Take a colleague's access away; the firm keeps the contact.

    Raises 403 while the firm does not let owners invite, 404 for a stranger, 409 for oneself and the last owner.
    """
    contact = _colleague(session, caller, contact_id)
    _require_switch(session)
    _require_other_owner(session, contact)
    if assign(contact, {"portal_user": False}):
        tell_contact(session, caller, contact, "contact.withdrawn")


def _colleague(session: Session, caller: Caller, contact_id: UUID) -> Contact:
    account, contact = locked_contact(session, caller, contact_id)
    if account.id != caller.account_id:
        raise problems.not_found("This contact")
    if contact.id == caller.contact_id:
        raise problems.conflict("own_access", "You cannot change your own access.")
    return contact


def _require_other_owner(session: Session, contact: Contact) -> None:
    """Raise 409 where `contact` is the last owner who uses the portal.

    Of two owners who demote each other at once, both by passports of a moment ago, the second meets this.
    """
    people = people_of(session, contact.account_id)
    owners = {person.id for person in people if person.portal_user and person.role in OWNS}
    if owners == {contact.id}:
        raise problems.conflict("last_account_owner", "The account needs an owner who uses the portal.")


def _account_id(caller: Caller) -> UUID:
    assert caller.account_id  # what `allow(client=...)` has checked
    return caller.account_id


def _require_switch(session: Session) -> None:
    if not switches(firm_settings(session))["colleague_invitations"]:
        raise problems.Problem(403, "colleagues_off", "The firm does not let owners invite colleagues")

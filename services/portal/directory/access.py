"""Giving contacts access to the portal, and taking it away again (S3, S4, S10)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory.models import Contact
from services.portal.directory.records import assign, locked_account, locked_contact, people_of, tell_contact


def invite_contacts(
    session: Session, caller: Caller, account_id: UUID, *, contact_ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    """Give these contacts access to the portal; identity then mails each of them an invitation (S3, S4, S10).

    Returns what it came to for each contact; one who already signs in is left alone, and one whose address signs in
    already, for another client or before, needs no invitation. Raises 404 for an unknown
    account, 422 for a contact that is not one of its.
    """
    account = locked_account(session, caller, account_id)
    if account.status != "active":
        raise problems.conflict("account_archived", "This client is archived. Restore it before inviting anybody.")
    people = {person.id: person for person in people_of(session, account_id)}
    unknown = [place for place, contact_id in enumerate(contact_ids) if contact_id not in people]
    if unknown:
        raise problems.invalid({f"contact_ids.{place}": ["Not a contact of this client."] for place in unknown})
    active = _active(session, people)
    known = _signing_in(session, [person.email for person in people.values()])
    return [
        {
            "contact_id": contact_id,
            "result": _invite(
                session, caller, people[contact_id], contact_id in active, people[contact_id].email in known
            ),
        }
        for contact_id in dict.fromkeys(contact_ids)
    ]


def _invite(session: Session, caller: Caller, contact: Contact, active: bool, known: bool) -> str:
    if active and contact.portal_user:
        return "already_active"
    again = contact.portal_user
    assign(contact, {"portal_user": True, "invited_at": clock.now(), "invited_by": caller.person})
    tell_contact(session, caller, contact, "contact.invited")
    if known:
        return "access_given"
    return "already_invited" if again else "invited"


def _active(session: Session, contact_ids: Any) -> set[UUID]:
    statement = (
        select(IdentityUserContact.contact_id)
        .join(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
        .where(IdentityUserContact.contact_id.in_(list(contact_ids)), IdentityUser.status == "active")
    )
    return set(session.scalars(statement))


def _signing_in(session: Session, emails: Sequence[str]) -> set[str]:
    """Return which of these addresses belong to clients who have a way in already."""
    statement = select(IdentityUser.email).where(
        IdentityUser.email.in_(emails), IdentityUser.kind == "client", IdentityUser.status == "active"
    )
    return set(session.scalars(statement))


def withdraw_access(session: Session, caller: Caller, contact_id: UUID) -> Contact:
    """Take the access of a contact away: an open invitation works no more, sessions end; raise 404."""
    _account, contact = locked_contact(session, caller, contact_id)
    if assign(contact, {"portal_user": False}):
        tell_contact(session, caller, contact, "contact.withdrawn")
    return contact

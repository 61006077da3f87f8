"""Reads of the directory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory import standing
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.standing import portal_status
from services.portal.field_editor.definitions import Definition
from services.portal.field_editor.queries import inactive, without_inactive
from services.portal.field_editor.values import values_of
from services.portal.models import columns
from services.portal.paging import Rows
from services.portal.tags.queries import tags_of


def account(session: Session, caller: Caller, account_id: UUID) -> dict[str, Any]:
    """Return an account with its contacts; raise 404 where there is none that `caller` may see."""
    row = session.scalar(select(Account).where(Account.id == account_id, is_visible(caller, Account.id)))
    if row is None:
        raise problems.not_found("This client")
    people = contacts_of(session, [account_id])[account_id]
    of_people = values_of(session, "contact", [person["id"] for person in people])
    return without_inactive(inactive(session, "account"), columns(row)) | {
        "adviser": adviser(session, row.adviser_id),
        "portal_status": furthest(people),
        "contacts": [person | {"custom": of_people[person["id"]]} for person in people],
        "custom": values_of(session, "account", [account_id])[account_id],
        "tags": tags_of(session, [account_id])[account_id],
    }


def contact(session: Session, caller: Caller, contact_id: UUID) -> dict[str, Any]:
    """Return a contact; raise 404 where there is none that `caller` may see."""
    statement = _contacts().where(Contact.id == contact_id, is_visible(caller, Contact.account_id))
    off = inactive(session, "contact")
    for row, user_id, user in session.execute(statement):
        found = _contact(row, user_id, user, off)
        return found | {"custom": values_of(session, "contact", [contact_id])[contact_id]}
    raise problems.not_found("This contact")


def contacts_of(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the contacts of each account that were not removed, the oldest first."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    statement = _contacts().where(Contact.account_id.in_(account_ids), ~Contact.removed)
    off = inactive(session, "contact")
    for row, user_id, user in session.execute(statement.order_by(Contact.created_at, Contact.id)):
        people = found[row.account_id]
        if not people or people[-1]["id"] != row.id:  # a contact whose address changed may have two users for a moment
            people.append(_contact(row, user_id, user, off))
    return found


def adviser(session: Session, adviser_id: UUID | None) -> dict[str, Any] | None:
    """Return who looks after an account: id and name, or None; the name is empty until identity told it."""
    if adviser_id is None:
        return None
    return {"id": adviser_id, "name": advisers(session, [adviser_id]).get(adviser_id, "")}


def advisers(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of these members of the staff."""
    wanted = {id for id in ids if id}
    statement = select(IdentityUser.id, IdentityUser.name).where(
        IdentityUser.id.in_(wanted), IdentityUser.kind == "staff"
    )
    return {row.id: row.name for row in session.execute(statement)} if wanted else {}


def names(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of these accounts."""
    statement = select(Account.id, Account.name).where(Account.id.in_(set(account_ids)))
    return {row.id: row.name for row in session.execute(statement)}


def furthest(contacts: Iterable[dict[str, Any]]) -> str:
    """Return the status that stands for a whole account."""
    return standing.furthest({contact["portal_status"] for contact in contacts})


def _contacts() -> Rows:
    return (
        select(Contact, IdentityUserContact.user_id, IdentityUser)
        .outerjoin(IdentityUserContact, IdentityUserContact.contact_id == Contact.id)
        .outerjoin(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
    )


def _contact(
    row: Contact, user_id: UUID | None, user: IdentityUser | None, off: Mapping[str, Definition]
) -> dict[str, Any]:
    status = portal_status(row.portal_user, user.status if user else None)
    shown = without_inactive({name: field for name, field in off.items() if name != "portal_user"}, columns(row))
    return shown | {
        "user_id": user_id,
        "portal_status": status,
        "invitation_expires_at": user.invitation_expires_at if user and status == "invited" else None,
        "delivery_failure": user.delivery_failure if user and row.portal_user else None,
    }

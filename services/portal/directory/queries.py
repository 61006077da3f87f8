"""Reads of the directory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.names import fold
from services.portal.field_editor.definitions import Definition
from services.portal.field_editor.queries import inactive, without_inactive
from services.portal.field_editor.values import values_of
from services.portal.models import columns
from services.portal.paging import Order, Rows, page
from services.portal.requests.models import Request

_SORT_COLUMNS: dict[str, tuple[Any, Callable[[str], Any]]] = {
    "name": (Account.sort_name, str),
    "created_at": (Account.created_at, datetime.fromisoformat),
    "updated_at": (Account.updated_at, datetime.fromisoformat),
}
_FURTHEST = ("active", "suspended", "undeliverable", "invited", "not_invited")


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
    }


def contact(session: Session, caller: Caller, contact_id: UUID) -> dict[str, Any]:
    """Return a contact; raise 404 where there is none that `caller` may see."""
    statement = _contacts().where(Contact.id == contact_id, is_visible(caller, Contact.account_id))
    off = inactive(session, "contact")
    for row, user_id, user in session.execute(statement):
        found = _contact(row, user_id, user, off)
        return found | {"custom": values_of(session, "contact", [contact_id])[contact_id]}
    raise problems.not_found("This contact")


def accounts(
    session: Session,
    caller: Caller,
    *,
    q: str,
    sort: str,
    status: str,
    adviser_id: UUID | None,
    is_test: bool | None,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """Return a page of accounts in which every word of `q` is found, and how many there are in all.

    Test clients stand in the list and are counted apart, unless they were asked for (S14).
    """
    found = _found(q, status, adviser_id, is_test).where(is_visible(caller, Account.id))
    tests = found.where(Account.is_test).subquery()
    of_tests = session.scalar(select(func.count()).select_from(tests)) or 0
    in_all = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    column, parse = _SORT_COLUMNS[sort.removeprefix("-")]
    order = Order(column, Account.id, parse, descending=sort.startswith("-"))
    rows, following = page(session, found, order, cursor, limit, value=column.key)
    by_id = {row.id: row for row in session.scalars(select(Account).where(Account.id.in_([row.id for row in rows])))}
    items = _rows(session, [by_id[row.id] for row in rows])
    total, apart = (in_all, 0) if is_test else (in_all - of_tests, of_tests)
    return {"items": items, "next": following, "total": total, "tests": apart}


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


def portal_status(portal_user: bool, user_status: str | None) -> str:
    """Return how far a contact's access to the portal is: what staff sees beside its name.

    Between the moment a contact becomes a portal user and identity's word of it, it counts as invited.
    """
    if portal_user:
        return user_status or "invited"
    return "suspended" if user_status in ("active", "suspended") else "not_invited"


def furthest(contacts: Iterable[dict[str, Any]]) -> str:
    """Return the status that stands for a whole account."""
    statuses = {contact["portal_status"] for contact in contacts}
    return next((status for status in _FURTHEST if status in statuses), "not_invited")


def _found(q: str, status: str, adviser_id: UUID | None, is_test: bool | None) -> Rows:
    statement: Rows = select(Account.id, Account.sort_name, Account.created_at, Account.updated_at)
    for word in fold(q).split():
        statement = statement.where(Account.search_text.contains(word, autoescape=True))
    if status != "all":
        statement = statement.where(Account.status == status)
    if adviser_id:
        statement = statement.where(Account.adviser_id == adviser_id)
    if is_test is not None:
        statement = statement.where(Account.is_test.is_(is_test))
    return statement


def _rows(session: Session, accounts: Sequence[Account]) -> list[dict[str, Any]]:
    ids = [account.id for account in accounts]
    people = contacts_of(session, ids)
    off = inactive(session, "account")
    staff = advisers(session, (account.adviser_id for account in accounts))
    waiting = _open_requests(session, ids)
    return [
        without_inactive(off, columns(account))
        | {
            "adviser": account.adviser_id and {"id": account.adviser_id, "name": staff.get(account.adviser_id, "")},
            "portal_status": furthest(people[account.id]),
            "main_contact": next(iter(people[account.id]), None),
            "contact_count": len(people[account.id]),
            "open_requests": waiting.get(account.id, 0),
        }
        for account in accounts
    ]


def _open_requests(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, int]:
    statement = (
        select(Request.account_id, func.count())
        .where(Request.account_id.in_(account_ids), Request.status != "closed")
        .group_by(Request.account_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


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

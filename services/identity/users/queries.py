"""Reads of users."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import not_found
from services.identity.users.models import STAFF, AccountAccess, PortalAccount, User


def find(session: Session, kind: str, email_hash: str) -> User | None:
    """Return the user of that kind whose address has that hash."""
    return session.scalar(select(User).where(User.kind == kind, User.email_hash == email_hash))


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Return the predicate of the users that `caller` may see.

    Staff who see assigned clients only: the people of those clients, and staff. Everybody else: all.
    """
    if not caller.assigned_only:
        return true()
    theirs = (
        exists()
        .where(AccountAccess.user_id == User.id, AccountAccess.account_id == PortalAccount.id)
        .where(PortalAccount.adviser_id == caller.id)
    )
    return or_(User.kind == STAFF, theirs)


def accounts(session: Session, user_id: UUID) -> list[dict[str, Any]]:
    """Return every account that a user was given, whatever the dates, as events tell it."""
    of_user = select(AccountAccess).where(AccountAccess.user_id == user_id).order_by(AccountAccess.contact_id)
    return [
        {"account_id": access.account_id, "contact_id": access.contact_id, "role": access.role}
        for access in session.scalars(of_user)
    ]


def public_state(session: Session, user: User) -> dict[str, Any]:
    """Return the whole public state of a user, as events and the API tell it."""
    return {
        "id": user.id,
        "kind": user.kind,
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "timezone": user.timezone,
        "mobile": user.mobile,
        "status": user.status,
        "role": user.role,
        "assigned_only": user.assigned_only,
        "mobile_verified": user.mobile_verified,
        "delivery_failure": user.delivery_failure,
        "accounts": accounts(session, user.id),
        "version": user.version,
    }


def get_state(session: Session, user_id: UUID) -> dict[str, Any]:
    """Return the public state of one user; raise a 404 `Problem` for an unknown one."""
    user = session.get(User, user_id)
    if user is None:
        raise not_found("The user")
    return public_state(session, user)


def get_visible(session: Session, caller: Caller, user_id: UUID) -> dict[str, Any]:
    """Return the public state of a user; raise a 404 `Problem` for one that `caller` may not see."""
    user = session.scalar(select(User).where(User.id == user_id, visible_to(caller)))
    if user is None:
        raise not_found("The user")
    return public_state(session, user)


def page(
    session: Session,
    caller: Caller,
    *,
    kind: str | None,
    contact_id: UUID | None,
    account_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """Return a page of users in the order of their making; `cursor` is the last id of the page before."""
    users = select(User).where(visible_to(caller)).order_by(User.id).limit(limit + 1)
    if kind:
        users = users.where(User.kind == kind)
    if contact_id or account_id:
        access = exists().where(AccountAccess.user_id == User.id)
        access = access.where(AccountAccess.contact_id == contact_id) if contact_id else access
        access = access.where(AccountAccess.account_id == account_id) if account_id else access
        users = users.where(access)
    if cursor:
        users = users.where(User.id > cursor)
    found = session.scalars(users).all()
    following = str(found[limit - 1].id) if len(found) > limit else None
    return {"items": [public_state(session, user) for user in found[:limit]], "next": following}

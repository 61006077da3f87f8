"""Reads of the inbox."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import invalid
from services.notifications.directory import queries as directory
from services.notifications.directory.models import PortalAccount
from services.notifications.notices.models import Notice
from services.notifications.rendering.message import Reader, headline


def own(caller: Caller) -> ColumnElement[bool]:
    """Return the predicate of the caller's lines.

    For a client, of the account being looked at or of none; for staff who see assigned clients only, of those or none.
    """
    theirs: ColumnElement[bool] = true()
    if caller.is_client:
        theirs = or_(Notice.account_id == caller.account_id, Notice.account_id.is_(None))
    elif caller.assigned_only:
        assigned = select(PortalAccount.id).where(PortalAccount.adviser_id == caller.id)
        theirs = or_(Notice.account_id.in_(assigned), Notice.account_id.is_(None))
    return and_(Notice.user_id == caller.id, theirs)


def notices(
    session: Session, caller: Caller, *, cursor: str | None = None, limit: int = 50, unread: bool = False
) -> dict[str, Any]:
    """Return a page of the caller's inbox, the latest first, in the caller's language."""
    statement = select(Notice).where(own(caller))
    if unread:
        statement = statement.where(Notice.read_at.is_(None))
    if cursor:
        statement = statement.where(Notice.id < _parse_id(cursor))
    rows = session.scalars(statement.order_by(Notice.id.desc()).limit(limit + 1)).all()
    firm, reader = directory.firm(session), Reader(caller.name, caller.locale, caller.timezone)
    return {
        "items": [_described(row, headline(firm, reader, row.kind, row.data)) for row in rows[:limit]],
        "next": str(rows[limit - 1].id) if len(rows) > limit else None,
        "unread": unread_count(session, caller),
    }


def unread_count(session: Session, caller: Caller) -> int:
    """Return how many lines of the caller's inbox are unread."""
    return session.scalar(select(func.count()).select_from(Notice).where(own(caller), Notice.read_at.is_(None))) or 0


def _described(row: Notice, title: str) -> dict[str, Any]:
    names = ("id", "kind", "path", "account_id", "created_at", "read_at")
    return {name: getattr(row, name) for name in names} | {"title": title}


def _parse_id(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None

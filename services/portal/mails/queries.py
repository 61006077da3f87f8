"""Reads of mails to the firm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.directory.assigned import is_visible
from services.portal.directory.queries import names
from services.portal.mails.models import Mail
from services.portal.models import columns
from services.portal.paging import Order, page


def mails(
    session: Session, caller: Caller, *, account_id: UUID | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """Return a page of mails, the latest first: to a client what they wrote, to staff what its clients did."""
    statement = select(*Mail.__table__.columns).where(*_visible(caller))
    if account_id:
        statement = statement.where(Mail.account_id == account_id)
    order = Order(Mail.sent_at, Mail.id, parse=datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="sent_at")
    accounts = names(session, {row.account_id for row in rows}) if rows else {}
    items = [dict(row._mapping) | {"account_name": accounts.get(row.account_id, "")} for row in rows]
    return {"items": items, "next": following}


def mail(session: Session, caller: Caller, mail_id: UUID) -> dict[str, Any]:
    """Return a mail; raise 404 for one that `caller` may not see."""
    found = session.scalar(select(Mail).where(Mail.id == mail_id, *_visible(caller)))
    if found is None:
        raise problems.not_found("This mail")
    return columns(found) | {"account_name": names(session, [found.account_id]).get(found.account_id, "")}


def _visible(caller: Caller) -> list[ColumnElement[bool]]:
    if caller.is_staff:
        return [is_visible(caller, Mail.account_id)]
    return [Mail.user_id == caller.id, Mail.account_id == caller.account_id]

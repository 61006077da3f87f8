"""Reads of mails that came in, for the operations pages."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.problems import invalid
from services.notifications.directory.models import IdentityUser, PortalAccount
from services.notifications.inbound.models import InboundMail

SHOWN = (
    *("id", "source", "status", "reason", "from_address", "subject", "size", "user_id", "account_id"),
    *("thread_kind", "thread_id", "last_error", "received_at", "settled_at"),
)


def mails(session: Session, *, status: str | None = None, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Return a page of mails, the latest first: their ids are in the order of their coming."""
    statement = (
        select(InboundMail, IdentityUser.name, PortalAccount.name)
        .outerjoin(IdentityUser, IdentityUser.id == InboundMail.user_id)
        .outerjoin(PortalAccount, PortalAccount.id == InboundMail.account_id)
    )
    if status:
        statement = statement.where(InboundMail.status == status)
    if cursor:
        statement = statement.where(InboundMail.id < _parse_cursor(cursor))
    rows = session.execute(statement.order_by(InboundMail.id.desc()).limit(limit + 1)).all()
    items = [
        {name: getattr(row, name) for name in SHOWN}
        | {"left_out": row.left_out or [], "user_name": user, "account_name": account}
        for row, user, account in rows[:limit]
    ]
    return {"items": items, "next": str(items[-1]["id"]) if len(rows) > limit else None}


def _parse_cursor(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None

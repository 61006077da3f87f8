"""Reads of messages. What a message says is not among them: staff sees that it went, not its links."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, literal, select, tuple_
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.columns import UtcDateTime
from services.chassis.problems import invalid, not_found
from services.notifications.messages.models import TRANSITIONS, Attempt, Message

SHOWN = (
    *("id", "kind", "channel", "status", "to_name", "to_address", "user_id", "account_id", "event_id", "tries"),
    *("last_error", "created_at", "next_attempt_at", "finished_at", "expires_at"),
)


def messages(session: Session, *, cursor: str | None = None, limit: int = 50, **wanted: Any) -> dict[str, Any]:
    """Return a page of messages, the latest first; `wanted` are columns that must have a value (None: any)."""
    statement = select(Message)
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(Message, name) == value)
    if cursor:
        at, last_id = _parse_cursor(cursor)
        place = tuple_(Message.created_at, Message.id)
        statement = statement.where(place < tuple_(literal(at, UtcDateTime), literal(last_id, Uuid)))
    rows = session.scalars(statement.order_by(Message.created_at.desc(), Message.id.desc()).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = urlsafe_b64encode(f"{last.created_at.isoformat()} {last.id}".encode()).decode() if last else None
    return {"items": [_described(row) for row in rows[:limit]], "next": following}


def message(session: Session, message_id: UUID) -> dict[str, Any]:
    """Return one message with its attempts; raise a 404 `Problem`."""
    row = session.get(Message, message_id)
    if row is None:
        raise not_found("This message")
    attempts = session.scalars(select(Attempt).where(Attempt.message_id == row.id).order_by(Attempt.number))
    names = ("number", "at", "result", "detail")
    return _described(row) | {"attempts": [{name: getattr(entry, name) for name in names} for entry in attempts]}


def _described(row: Message) -> dict[str, Any]:
    valid = row.expires_at is None or row.expires_at > clock.now()
    return {name: getattr(row, name) for name in SHOWN} | {"can_resend": valid and "queued" in TRANSITIONS[row.status]}


def _parse_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, _, last_id = urlsafe_b64decode(cursor).decode().partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment, UUID(last_id)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None

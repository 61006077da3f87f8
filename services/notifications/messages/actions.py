"""What happens to messages: queued, claimed by a sender, settled by what the other side said, sent again by staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, wake
from services.chassis.columns import new_id
from services.chassis.problems import conflict, not_found
from services.notifications.directory.queries import Recipient
from services.notifications.messages.models import TRANSITIONS, Attempt, Message

LEASE = timedelta(minutes=10)
"""How long a sender may take for one message before another one assumes that it died."""
PATIENCE = timedelta(hours=72)
FIRST_DELAY, LONGEST_DELAY = 10, 20 * 60


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt: `delivered`, `temporary_failure`, `permanent_failure` or `technical_failure`."""

    result: str
    detail: str | None = None


@dataclass(frozen=True)
class Content:
    """What a message says: its kind, what its template names, secrets still sealed, and where its button leads."""

    kind: str
    data: Mapping[str, Any]
    sealed: Mapping[str, str]
    path: str = ""
    account_id: UUID | None = None
    expires_at: datetime | None = None


class Cause(Protocol):
    """What a message is queued for: an event, or a mail that came in."""

    @property
    def id(self) -> UUID: ...


def queue(
    session: Session,
    event: Cause,
    to: Recipient,
    content: Content,
    *,
    channel: str = "email",
    address: str | None = None,
    once: str | None = None,
) -> None:
    """Queue a message that `event` causes; what is queued already for the same person and channel stays as it is.

    `once` names what is announced where several events may announce the same.
    """
    key = once or str(event.id)
    same = (Message.once == key, Message.recipient == to.key, Message.channel == channel)
    if session.scalars(select(Message.id).where(*same)).first():
        return
    now = clock.now()
    session.add(
        Message(
            id=new_id(),
            event_id=event.id,
            once=key,
            kind=content.kind,
            channel=channel,
            recipient=to.key,
            user_id=to.user_id,
            account_id=content.account_id,
            to_name=to.name[:200],
            to_address=address or to.email,
            locale=to.locale,
            timezone=to.timezone,
            path=content.path,
            data=dict(content.data),
            sealed=dict(content.sealed),
            expires_at=content.expires_at,
            status="queued",
            round=1,
            tries=0,
            queued_at=now,
            next_attempt_at=now,
            created_at=now,
        )
    )
    session.flush()
    wake.on_commit(session, channel)


def is_due(session: Session, channel: str) -> bool:
    """Return whether `claim` would find a message; takes no lock, so that waiting costs nobody anything."""
    return session.scalars(select(Message.id).where(_due(channel)).limit(1)).first() is not None


def claim(session: Session, channel: str) -> Message | None:
    """Return the next message that is due, now `sending` and leased to the caller; None where nothing is due.

    A message whose sender died is due again when its lease is over.
    """
    message = session.scalars(
        select(Message)
        .where(_due(channel))
        .order_by(Message.expires_at.is_(None), Message.next_attempt_at)  # codes and links before the rest
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if message is not None:
        message.status, message.leased_until = "sending", clock.now() + LEASE
        message.tries += 1
    return message


def _due(channel: str) -> ColumnElement[bool]:
    now = clock.now()
    waiting = and_(Message.status.in_(["queued", "temporary_failure"]), Message.next_attempt_at <= now)
    abandoned = and_(Message.status == "sending", Message.leased_until < now)
    return and_(Message.channel == channel, or_(waiting, abandoned))


def settle(session: Session, message_id: UUID, number: int, outcome: Outcome) -> None:
    """Record what became of attempt `number`; nothing, if another sender has taken the message over meanwhile."""
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.status != "sending" or message.tries != number:
        return
    now = clock.now()
    outcome = _given_up(message, outcome, now)
    session.add(Attempt(message_id=message.id, number=number, at=now, result=outcome.result, detail=outcome.detail))
    _move(message, outcome.result)
    message.leased_until = None
    message.last_error = None if outcome.result == "delivered" else outcome.detail
    if outcome.result == "temporary_failure":
        message.next_attempt_at = now + _delay(message)
        return
    message.finished_at = now
    _tell(session, message, "delivered" if outcome.result == "delivered" else "failed", outcome.detail)


def bounced(session: Session, message_id: UUID, detail: str) -> bool:
    """Mark a delivered message as one that came back, and tell so; return whether it was not known yet."""
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.status != "delivered":
        return False
    now = clock.now()
    message.tries += 1
    session.add(Attempt(message_id=message.id, number=message.tries, at=now, result="permanent_failure", detail=detail))
    _move(message, "permanent_failure")
    message.finished_at, message.last_error = now, detail
    _tell(session, message, "failed", detail)
    return True


def resend(session: Session, message_id: UUID) -> Message:
    """Queue a message again that failed or waits for its next attempt, and return it.

    Raises a `Problem`: 404, or 409 for one that was delivered, is being sent, or whose code or link is over.
    """
    message = session.get(Message, message_id, with_for_update=True)
    if message is None:
        raise not_found("This message")
    if message.expires_at and message.expires_at <= clock.now():
        raise conflict("expired", "What this message carries is no longer valid. Let a new one be made.")
    if "queued" not in TRANSITIONS[message.status]:
        raise conflict("illegal_transition", f"This message is {message.status}.")
    _move(message, "queued")
    message.round += 1
    message.queued_at = message.next_attempt_at = clock.now()
    message.finished_at = message.last_error = None
    wake.on_commit(session, message.channel)
    return message


def _move(message: Message, status: str) -> None:
    assert status in TRANSITIONS[message.status], f"{message.status} -> {status}"
    message.status = status


def _given_up(message: Message, outcome: Outcome, now: datetime) -> Outcome:
    if outcome.result != "temporary_failure":
        return outcome
    if message.expires_at and now + _delay(message) >= message.expires_at:
        return Outcome("permanent_failure", f"Not valid any more before it could be sent: {outcome.detail}")
    if now - message.queued_at >= PATIENCE:
        return Outcome("permanent_failure", f"Given up after {PATIENCE.days} days: {outcome.detail}")
    return outcome


def _delay(message: Message) -> timedelta:
    # What is valid for minutes only (a code) is tried again in seconds.
    short_lived = message.expires_at and message.expires_at - message.created_at < timedelta(hours=1)
    longest = 60 if short_lived else LONGEST_DELAY
    return timedelta(seconds=min(longest, FIRST_DELAY * 3 ** min(message.tries - 1, 8)))


def _tell(session: Session, message: Message, what: str, reason: str | None) -> None:
    outbox.record(
        session,
        f"notifications.message.{what}.v1",
        subject=message.id,
        version=message.tries,
        data={
            "message_id": message.id,
            "kind": message.kind,
            "channel": message.channel,
            "user_id": message.user_id,
            "reference": message.event_id,
            "at": message.finished_at,
            "reason": None if what == "delivered" else (reason or "unknown"),
        },
    )

"""Messages and what became of each attempt to send them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref, UtcDateTime
from services.notifications.models import Model

TRANSITIONS = {
    "queued": {"sending"},
    "sending": {"delivered", "temporary_failure", "permanent_failure", "technical_failure"},
    "temporary_failure": {"sending", "queued"},
    "permanent_failure": {"queued"},
    "technical_failure": {"queued"},
    "delivered": {"permanent_failure"},
}
"""`temporary_failure` is tried again by itself; `permanent_failure` is a bounce, perhaps days later, or a refusal;

`technical_failure` is our own: the message could not be made. Both wait for staff to send them again.
"""


class Message(Model):
    """One message to one person by one channel.

    `once` is what makes it this message and no second one: the event that caused it, unless several events
    announce the same thing. `sealed` holds secrets as they travelled; they are opened only while the message is
    being sent.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("once", "recipient", "channel"),
        Index("ix_messages_due", "channel", "status", "next_attempt_at"),
        Index("ix_messages_created", "created_at", "id"),
    )

    id: Mapped[Id]
    event_id: Mapped[Ref]
    once: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(320))
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    account_id: Mapped[UUID | None] = mapped_column(Uuid)
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    data: Mapped[JsonData]
    sealed: Mapped[JsonData]
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(default=1)
    tries: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[Moment]
    next_attempt_at: Mapped[Moment]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Model):
    """One attempt to send a message and its result: a status of the message, and what the other side said."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: Mapped[Id]
    message_id: Mapped[Ref] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[Moment]
    result: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str | None] = mapped_column(Text)

"""What came in by mail and what became of it. The mail itself is a stored file, kept no longer than it is needed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, Moment, UtcDateTime
from services.notifications.models import Model

TRANSITIONS = {
    "received": {"passed_on", "refused"},
    "passed_on": {"posted", "refused"},
    "posted": set(),
    "refused": set(),
    "unmatched": set(),
    "ignored": set(),
    "bounced": set(),
}
"""`received` waits for its files to be taken in, `passed_on` for the thread's owner to say what became of it.

`unmatched` belongs to nobody for sure and is kept aside; `ignored` is what no person wrote.
"""
STATUSES = tuple(TRANSITIONS)
SOURCES = ("webhook", "maildir", "imap", "mailbox")


class InboundMail(Model):
    """One mail that came in.

    `once` is what makes it this mail and no second one. `answers_id` is the message of ours that it answers or that
    came back, `body_digest` tells the same answer sent again. `left_out` are the files that were not taken.
    """

    __tablename__ = "inbound_mails"
    __table_args__ = (
        UniqueConstraint("once"),
        Index("ix_inbound_mails_received_at", "received_at"),
        Index("ix_inbound_mails_status", "status", "id"),
        Index("ix_inbound_mails_answers_id", "answers_id"),
        Index("ix_inbound_mails_user_id", "user_id", "received_at"),
    )

    id: Mapped[Id]
    once: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    from_address: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    body_digest: Mapped[str | None] = mapped_column(String(64))
    answers_id: Mapped[UUID | None] = mapped_column(Uuid)
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    account_id: Mapped[UUID | None] = mapped_column(Uuid)
    thread_kind: Mapped[str | None] = mapped_column(String(20))
    thread_id: Mapped[UUID | None] = mapped_column(Uuid)
    left_out: Mapped[list[Any] | None] = mapped_column(Json)
    blob_key: Mapped[str | None] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    received_at: Mapped[Moment]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

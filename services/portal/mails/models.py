"""Mails to the firm."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model

LONGEST = 4000
"""The most characters of a message: all of it fits into the mail."""


class Mail(Model):
    """What a person wrote to the firm, as it was sent: to `to_email`, with answers going to `reply_to`.

    `event_id` is by what a mail that could not be delivered is known again; then `failed` is set.
    """

    __tablename__ = "mails"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[Ref]
    by: Mapped[JsonData]
    reply_to: Mapped[str] = mapped_column(String(320))
    to_email: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(150))
    message: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[Moment]
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    event_id: Mapped[Ref | None] = mapped_column(index=True)
    failed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_mails_account_id", "account_id", "sent_at", "id"),
        Index("ix_mails_user_id", "user_id", "sent_at", "id"),
    )

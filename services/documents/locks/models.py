"""What keeps a document closed to its client."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Json, JsonData, Moment, Ref, UtcDateTime
from services.documents.models import Model


class Lock(Model):
    """A document is locked until an invoice is paid, or until staff opens it. It has one lock at a time."""

    __tablename__ = "locks"
    __table_args__ = (
        Index(
            "ix_locks_open",
            "document_id",
            unique=True,
            sqlite_where=text("unlocked_at IS NULL"),
            postgresql_where=text("unlocked_at IS NULL"),
        ),
        Index("ix_locks_account", "account_id", "reference"),
    )

    id: Mapped[Id]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    account_id: Mapped[Ref]
    reference: Mapped[str] = mapped_column(String(100))
    invoice_id: Mapped[UUID | None] = mapped_column(Uuid)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(String(500))
    locked_by: Mapped[JsonData]
    locked_at: Mapped[Moment]
    unlocked_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    unlocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))

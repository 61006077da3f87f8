"""Bytes on their way in."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment, Ref
from services.documents.models import Model


class Upload(Model):
    """Bytes on their way in. The row is written before the first byte and goes with the document's own row,

    so that what a killed process leaves behind can be found and removed.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_started", "started_at"),)

    id: Mapped[Id]
    blob_key: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[Moment]


class IdempotencyKey(Model):
    """What a client's `Idempotency-Key` led to, so that a repeated upload gives the same document."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_used", "used_at"),)

    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[Moment]

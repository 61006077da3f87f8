"""An upload that comes in parts, and its parts."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref
from services.documents.models import Model


class ResumableUpload(Model):
    """A file on its way. `received` bytes are stored for good; `document_id` is what became of it."""

    __tablename__ = "resumable_uploads"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key", name="uq_resumable_uploads_user_id_idempotency_key"),
        Index("ix_resumable_uploads_expires", "expires_at"),
        Index("ix_resumable_uploads_account", "account_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[Ref]
    account_id: Mapped[Ref]
    wanted: Mapped[JsonData]
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    metadata_header: Mapped[str] = mapped_column(String(12000))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    document_id: Mapped[UUID | None] = mapped_column(Uuid)
    started_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class UploadPart(Model):
    """Stored bytes of an upload from `start` on. The row is written before the first byte; `size` says that it counts.

    So what a killed process leaves behind is found and removed.
    """

    __tablename__ = "upload_parts"
    __table_args__ = (Index("ix_upload_parts_upload", "upload_id", "start"),)

    id: Mapped[Id]
    upload_id: Mapped[Ref] = mapped_column(ForeignKey("resumable_uploads.id", ondelete="CASCADE"))
    start: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))

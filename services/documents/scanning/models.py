"""Checks of versions for malware, and how the scanner does."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import JsonData, Moment, Ref, UtcDateTime
from services.documents.models import Model


class Scan(Model):
    """The check of one version: when it is due, what it found, and what staff decided then.

    `share_by` is who wanted to share the document meanwhile; it is shared once the check is passed.
    """

    __tablename__ = "scans"
    __table_args__ = (Index("ix_scans_due", "ended_at", "next_at"), Index("ix_scans_document", "document_id"))

    version_id: Mapped[Ref] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    since: Mapped[Moment]
    next_at: Mapped[Moment]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    why: Mapped[str | None] = mapped_column(String(20))
    found: Mapped[str | None] = mapped_column(String(200))
    share_by: Mapped[JsonData | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    decided_by: Mapped[JsonData | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))


class Scanner(Model):
    """The scanner as this installation knows it. One row, `id` 1; `on` says whether new files are checked."""

    __tablename__ = "scanners"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    on: Mapped[bool]
    down_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(300))

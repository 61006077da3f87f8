"""Rules of retention, what a dry run of one came to, and what was deleted by it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Json, JsonData, Moment, Ref, UtcDateTime
from services.documents.models import Model

COUNTS_FROM = ("uploaded", "archived")
"""A document's years count from its last upload, or from when its client was archived."""


class RetentionRule(Model):
    """Documents of these kinds go for good after so many years. It does nothing until an owner switched it on."""

    __tablename__ = "retention_rules"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    years: Mapped[int]
    counts_from: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str | None] = mapped_column(String(20))
    folder: Mapped[str | None] = mapped_column(String(200))
    tag: Mapped[str | None] = mapped_column(String(100))
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_count: Mapped[int | None]
    tried_size: Mapped[int | None] = mapped_column(BigInteger)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    removed_count: Mapped[int] = mapped_column(default=0)
    removed_size: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class Removal(Model):
    """A document that a rule deleted for good: what the report shows of it."""

    __tablename__ = "retention_removals"
    __table_args__ = (
        Index("ix_retention_removals_rule", "rule_id", "id"),
        Index("ix_retention_removals_account", "account_id"),
    )

    id: Mapped[Id]
    rule_id: Mapped[Ref] = mapped_column(ForeignKey("retention_rules.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(Uuid)
    document_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[Moment]
    removed_at: Mapped[Moment]

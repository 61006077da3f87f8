"""What was asked and decided about a version of a document."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json, UtcDateTime
from services.chassis.database import Id, Ref
from services.documents.models import Model

OPEN, APPROVED, REJECTED, UNDONE = "asked", "approved", "rejected", "undone"
TRANSITIONS = {OPEN: {APPROVED, REJECTED, UNDONE}, APPROVED: {UNDONE}, REJECTED: {UNDONE}, UNDONE: set[str]()}


class Approval(Model):
    """That a version waits to be approved by `side` (client or firm), or what that side said.

    It belongs to its version: one that is added has none, and the old one stays as what was said of the old version.
    """

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_document", "document_id", "version_number"),)

    id: Mapped[Id]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    version_number: Mapped[int]
    side: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    def state(self) -> dict[str, Any]:
        """Return what the API shows and events carry of it."""
        names = (
            "id document_id version_number side status note reason asked_by asked_at decided_by decided_at "
            "undone_by undone_at version"
        )
        return {name: getattr(self, name) for name in names.split()}

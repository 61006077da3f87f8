"""Table copied from documents, kept up to date by its events."""

from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, Moment, Ref
from services.portal.models import Model


class Approval(Model):
    """What was asked and decided about one version of a document; it counts while that is the newest."""

    __tablename__ = "documents_approvals"
    __table_args__ = (
        Index("ix_documents_approvals_account_id", "account_id", "status"),
        Index("ix_documents_approvals_status", "status", "side"),
    )

    id: Mapped[Id]
    document_id: Mapped[Ref]
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(Text)
    version_number: Mapped[int]
    side: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    decided_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    decided_at: Mapped[Moment | None]
    at: Mapped[Moment]
    version: Mapped[int]

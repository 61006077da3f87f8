"""A request to many clients, and what became of it for each of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model

ROW_STATUSES = ("waiting", "sent", "left_out")
REASONS = ("archived", "no_contact")
"""Why a client gets none: it is archived, or has nobody who could answer."""


class RequestBatch(Model):
    """A request to many clients. Its rows are fixed when it is made; while it runs a worker holds it by `leased_until`.

    `series_id` and `period_on` say which series made it and for which day; `once` lets nothing make it twice.
    """

    __tablename__ = "request_batches"

    id: Mapped[Id]
    status: Mapped[str] = mapped_column(String(20))
    content: Mapped[JsonData]
    total: Mapped[int]
    sent: Mapped[int]
    left_out: Mapped[int]
    series_id: Mapped[Ref | None]
    period_on: Mapped[date | None]
    once: Mapped[str] = mapped_column(String(260), unique=True)
    by: Mapped[JsonData]
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    leased_until: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint("status IN ('sending', 'done')", name="status"),
        Index("ix_request_batches_status", "status", "id"),
        Index("ix_request_batches_series_id", "series_id", "id"),
    )


class RequestBatchRow(Model):
    """A client of a batch, and what became of it."""

    __tablename__ = "request_batch_rows"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("request_batches.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(20))
    request_id: Mapped[Ref | None]

    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'sent', 'left_out')", name="status"),
        Index("ix_request_batch_rows_account_id", "account_id"),
    )

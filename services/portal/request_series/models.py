"""Requests that come again."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model

EVERY = ("week", "month", "quarter", "year")
TRANSITIONS = {
    "active": frozenset({"paused", "ended"}),
    "paused": frozenset({"active", "ended"}),
    "ended": frozenset[str](),
}


class RequestSeries(Model):
    """A request that goes to the same clients every week, month, quarter or year.

    `day` is a day of the week (1 is Monday) or of the month; `next_on` is the firm's day on which it comes again.
    """

    __tablename__ = "request_series"

    id: Mapped[Id]
    status: Mapped[str] = mapped_column(String(20))
    content: Mapped[JsonData]
    every: Mapped[str] = mapped_column(String(20))
    day: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    next_on: Mapped[date | None]
    once: Mapped[str | None] = mapped_column(String(260), unique=True)
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("status IN ('active', 'paused', 'ended')", name="status"),
        CheckConstraint("every IN ('week', 'month', 'quarter', 'year')", name="every"),
        Index("ix_request_series_next_on", "status", "next_on"),
        Index("ix_request_series_created_at", "created_at", "id"),
    )


class RequestSeriesAccount(Model):
    """A client of a series."""

    __tablename__ = "request_series_accounts"

    series_id: Mapped[UUID] = mapped_column(ForeignKey("request_series.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)

    __table_args__ = (Index("ix_request_series_accounts_account_id", "account_id"),)

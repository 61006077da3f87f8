"""Exports and erasures of a client's data with what each service answered, legal holds, and the firm's rules."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.account_data.tables import account_jobs_table
from services.chassis.columns import Json
from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model

ACCOUNT_JOBS = account_jobs_table(Model.metadata)

EXPORTS_KEPT_DAYS = 7
ERASURE_DAYS, SIGNED_YEARS = 7, 6
MOST_ERASURE_DAYS, MOST_SIGNED_YEARS = 90, 30

EXPORTING = ("gathering", "assembling")
"""An export that is under way: an account has one such at most."""
EXPORT_STATUSES = (*EXPORTING, "ready", "failed", "expired")

TRANSITIONS = {
    "asked": {"planned", "declined", "cancelled"},
    "planned": {"erasing", "cancelled"},
    "erasing": {"sweeping", "failed"},
    "sweeping": {"done", "failed"},
    "failed": {"erasing", "sweeping"},
    "done": {"erasing"},
    "declined": set(),
    "cancelled": set(),
}
"""A client asks, staff plans, time begins; every service erases, and sweeps once more. What was kept goes later."""
OPEN = ("asked", "planned", "erasing", "sweeping", "failed")
RUNNING = ("erasing", "sweeping")
BEGUN = (*RUNNING, "failed", "done")

_EXPORTING = text("status IN ('gathering', 'assembling')")
_OPEN = text("status IN ('asked', 'planned', 'erasing', 'sweeping', 'failed')")


class DataExport(Model):
    """One export of an account. `everything` is the firm's: it has what the client does not see."""

    __tablename__ = "data_exports"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    everything: Mapped[bool] = mapped_column(default=False, server_default=false())
    asked_by: Mapped[JsonData]
    locale: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20), default="gathering")
    round: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    expires_at: Mapped[Moment | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[Moment | None]
    leased_until: Mapped[Moment | None]

    __table_args__ = (
        Index("ix_data_exports_account_id", "account_id", "created_at"),
        Index("ix_data_exports_status", "status", "expires_at"),
        Index(
            "uq_data_exports_running", "account_id", unique=True, sqlite_where=_EXPORTING, postgresql_where=_EXPORTING
        ),
    )


class DataExportPart(Model):
    """How far one service's part of an export is: waiting, done or failed."""

    __tablename__ = "data_export_parts"

    export_id: Mapped[UUID] = mapped_column(ForeignKey("data_exports.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    round: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    files: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    reason: Mapped[str | None] = mapped_column(String(200))
    changed_at: Mapped[Moment]


class Erasure(Model):
    """One erasure of an account. `number` is what the client is called afterwards.

    `again_on` is the day from which what was kept has to be kept no longer: it is then run once more.
    """

    __tablename__ = "erasures"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    by_client: Mapped[bool]
    asked_by: Mapped[JsonData]
    asked_at: Mapped[Moment]
    decided_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    decided_at: Mapped[Moment | None]
    keep_signed: Mapped[bool]
    starts_at: Mapped[Moment | None]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    again_on: Mapped[date | None]
    round: Mapped[int] = mapped_column(default=0)
    whose: Mapped[dict[str, Any] | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint(
            "status IN ('asked', 'planned', 'erasing', 'sweeping', 'failed', 'done', 'declined', 'cancelled')",
            name="status",
        ),
        Index("ix_erasures_account_id", "account_id", "asked_at"),
        Index("ix_erasures_status", "status", "starts_at"),
        Index("ix_erasures_asked_at", "asked_at", "id"),
        Index("uq_erasures_open", "account_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class ErasurePart(Model):
    """What one service has answered to an erasure: what is gone, summed over all rounds, and what stays."""

    __tablename__ = "erasure_parts"

    erasure_id: Mapped[UUID] = mapped_column(ForeignKey("erasures.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    round: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    erased: Mapped[JsonData]
    kept: Mapped[JsonData]
    reason: Mapped[str | None] = mapped_column(String(200))
    changed_at: Mapped[Moment]


class LegalHold(Model):
    """Nothing of this account may be erased, for a reason, until a day or until somebody lifts it."""

    __tablename__ = "legal_holds"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    until: Mapped[date | None]
    set_by: Mapped[JsonData]
    set_at: Mapped[Moment]


class PrivacyRules(Model):
    """How long the firm waits before it erases, and keeps what was signed. No row: the installation's defaults."""

    __tablename__ = "privacy_rules"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    erasure_days: Mapped[int]
    signed_years: Mapped[int]
    changed_by: Mapped[JsonData]
    changed_at: Mapped[Moment]

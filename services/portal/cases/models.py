"""Cases with their comments, documents, history and targets."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, JsonData, Moment, Ref
from services.chassis.text_search import search_index
from services.portal.models import Model

TRANSITIONS = {
    "open": frozenset({"in_progress", "waiting_for_response", "closed"}),
    "in_progress": frozenset({"open", "waiting_for_response", "closed"}),
    "waiting_for_response": frozenset({"open", "in_progress", "closed"}),
    "closed": frozenset({"open", "in_progress"}),
}
"""Which status may follow which (S43). `waiting_for_response` waits for the client, the first two for the firm."""

STATUSES = tuple(TRANSITIONS)
OURS = ("open", "in_progress")
"""The statuses in which a case waits for the firm, and its clock runs."""
PRIORITIES = ("low", "normal", "high", "urgent")
SORTS = ("-created_at", "created_at", "-updated_at", "due", "number", "-number")
MAX_CITED = 20
MAX_TEXT = 4000


class CaseNumber(Model):
    """Gives each case the number by which people name it: rising, not always without gaps."""

    __tablename__ = "case_numbers"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_id: Mapped[Ref] = mapped_column(unique=True)


class Case(Model):
    """What a client brings to the firm.

    `respond_by` and `resolve_by` are its targets, `next_due_at` the one that counts now: none while it waits for the
    client or is closed. `paused_since` says since when the clock stands, `paused_minutes` how long it stood before.
    """

    __tablename__ = "cases"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    case_type: Mapped[str | None] = mapped_column(String(60))
    priority: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(30))
    assignee_id: Mapped[Ref | None]
    due_on: Mapped[date | None]
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    firm_wrote_at: Mapped[Moment | None]
    client_wrote_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    respond_by: Mapped[Moment | None]
    resolve_by: Mapped[Moment | None]
    next_due_at: Mapped[Moment | None]
    first_answered_at: Mapped[Moment | None]
    response_minutes: Mapped[int | None]
    resolution_minutes: Mapped[int | None]
    paused_since: Mapped[Moment | None]
    paused_minutes: Mapped[int] = mapped_column(default=0)
    response_escalated_at: Mapped[Moment | None]
    resolution_escalated_at: Mapped[Moment | None]
    search_title: Mapped[str] = mapped_column(Text)
    search_description: Mapped[str] = mapped_column(Text)
    once: Mapped[str | None] = mapped_column(String(260), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("status IN ('open', 'in_progress', 'waiting_for_response', 'closed')", name="status"),
        CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
        Index("ix_cases_account_id", "account_id", "created_at"),
        Index("ix_cases_status", "status", "created_at"),
        Index("ix_cases_assignee_id", "assignee_id", "status"),
        Index("ix_cases_created_at", "created_at", "id"),
        Index("ix_cases_updated_at", "updated_at", "id"),
        Index(
            "ix_cases_next_due_at",
            "next_due_at",
            "id",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        search_index("ix_cases_search_title", "search_title"),
        search_index("ix_cases_search_description", "search_description"),
    )


class CaseComment(Model):
    """A message in the thread of a case. An `internal` one is a note that no client ever sees."""

    __tablename__ = "case_comments"

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    by: Mapped[JsonData]
    message: Mapped[str] = mapped_column(Text)
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[Moment]
    search_text: Mapped[str] = mapped_column(Text)
    once: Mapped[str | None] = mapped_column(String(260), unique=True)

    __table_args__ = (search_index("ix_case_comments_search_text", "search_text"),)


class CaseDocument(Model):
    """A document that a case (no `comment_id`) or one of its comments cites.

    The document may be unknown here yet: only its id is kept, and its owner decides who may read it.
    """

    __tablename__ = "case_documents"

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_comments.id"))
    document_id: Mapped[Ref] = mapped_column(index=True)
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("comment_id", "document_id", name="uq_case_documents_comment_id_document_id"),)


class CaseChange(Model):
    """One line of the history of a case: who made what of which field. Rows are added and never changed."""

    __tablename__ = "case_changes"

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    by: Mapped[JsonData]
    at: Mapped[Moment]
    field: Mapped[str] = mapped_column(String(60))
    old: Mapped[Any] = mapped_column(Json, nullable=True)
    new: Mapped[Any] = mapped_column(Json, nullable=True)


class CaseRead(Model):
    """Until when a person has read a case."""

    __tablename__ = "case_reads"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    read_at: Mapped[Moment]


class CaseSettings(Model):
    """What the firm set of cases: targets by priority, working hours, types, and how long one can be reopened."""

    __tablename__ = "case_settings"

    id: Mapped[Id]
    singleton: Mapped[int] = mapped_column(default=1, unique=True)
    targets: Mapped[JsonData]
    hours: Mapped[JsonData]
    types: Mapped[JsonData]
    reopen_days: Mapped[int]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("singleton = 1", name="singleton"),)

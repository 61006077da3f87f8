"""Reads of one case: its fields as the caller sees them, its thread, its documents, its history."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.cases.actions import may_reopen
from services.portal.cases.models import OURS, TRANSITIONS, Case, CaseChange, CaseComment, CaseDocument, CaseRead
from services.portal.cases.shown import BLOCK, changeable, fields_for, for_caller, unseen_by
from services.portal.cases.targets import case_settings
from services.portal.copies.models import Document
from services.portal.directory.assigned import is_visible
from services.portal.directory.queries import advisers, names
from services.portal.field_editor.queries import described
from services.portal.field_editor.values import values_of
from services.portal.models import columns

NOT_TOLD = (
    "search_title",
    "search_description",
    "once",
    "paused_since",
    "paused_minutes",
    "response_escalated_at",
    "resolution_escalated_at",
)


def case(session: Session, caller: Caller, case_id: UUID) -> dict[str, Any]:
    """Return a case as `caller` may see it; raise 404 where it does not exist or is another client's."""
    row, is_unread = _case(session, caller, case_id)
    settings = case_settings(session)
    seen, unseen = fields_for(session, caller), unseen_by(session, caller)
    own = {field.name for field in seen if field.is_custom}
    values = values_of(session, BLOCK, [row.id])[row.id]
    cited = _Cited(session, caller, row)
    kinds = {kind["value"]: kind["labels"] for kind in settings.types}
    record = told(row) | {
        "assignee": _assignee(session, row),
        "case_type_labels": kinds.get(row.case_type or ""),
        "account_name": names(session, [row.account_id]).get(row.account_id, ""),
        "unread": is_unread,
        "custom": {name: value for name, value in values.items() if name in own},
        "fields": [described(field) for field in seen],
        "changeable": changeable(session, caller, row.status),
        "comments": [columns(entry) | cited.of(entry.id) for entry in _comments(session, caller, row)],
        "changes": list(_changes(session, row)) if caller.is_staff else [],
        **cited.of(None),
        "allowed": _allowed(caller, row, settings.reopen_days),
        "next_statuses": sorted(TRANSITIONS[row.status]) if caller.is_staff else [],
    }
    # `fields` and `custom` are told as they are: they hold nothing but what the caller sees.
    return for_caller(record, caller, unseen)


def told(row: Case) -> dict[str, Any]:
    """Return the columns of a case that the API tells, and how it stands with its targets."""
    now = clock.now()
    return {name: value for name, value in columns(row).items() if name not in NOT_TOLD} | {
        "next_due": next_due(row),
        "overdue": row.next_due_at is not None and row.next_due_at <= now,
        "response_met": _met(row.respond_by, row.first_answered_at, row.first_answered_at or now),
        "resolution_met": _met(row.resolve_by, row.closed_at, row.closed_at or row.paused_since or now),
        "escalated": bool(row.response_escalated_at or row.resolution_escalated_at) and row.status in OURS,
    }


def next_due(row: Case) -> str | None:
    """Return which target is the next one: `response`, `resolution`, or None."""
    if row.next_due_at is None:
        return None
    waits = row.first_answered_at is None and row.respond_by == row.next_due_at
    return "response" if waits else "resolution"


def unread(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the other side wrote after the caller last read a case."""
    wrote = Case.client_wrote_at if caller.is_staff else Case.firm_wrote_at
    has_read = exists().where(CaseRead.case_id == Case.id, CaseRead.user_id == caller.id, CaseRead.read_at >= wrote)
    return and_(wrote.is_not(None), ~has_read)


def _met(target: Any, done_at: Any, until: Any) -> bool | None:
    """Return whether a target was met: None where there is none, or it may still be."""
    if target is None or (done_at is None and until <= target):
        return None
    return bool(until <= target)


def _case(session: Session, caller: Caller, case_id: UUID) -> tuple[Case, bool]:
    statement = select(Case, unread(caller)).where(Case.id == case_id, is_visible(caller, Case.account_id))
    if not caller.is_staff:
        statement = statement.where(Case.account_id == caller.account_id)
    for row, is_unread in session.execute(statement):
        return row, bool(is_unread)
    raise problems.not_found("This case")


def _assignee(session: Session, row: Case) -> dict[str, Any] | None:
    found = advisers(session, [row.assignee_id])
    return {"id": row.assignee_id, "name": found.get(row.assignee_id, "")} if row.assignee_id else None


def _comments(session: Session, caller: Caller, row: Case) -> Iterable[CaseComment]:
    statement = select(CaseComment).where(CaseComment.case_id == row.id)
    if not caller.is_staff:
        statement = statement.where(~CaseComment.internal)
    return session.scalars(statement.order_by(CaseComment.at, CaseComment.id))


def _changes(session: Session, row: Case) -> Iterable[CaseChange]:
    statement = select(CaseChange).where(CaseChange.case_id == row.id)
    return session.scalars(statement.order_by(CaseChange.at.desc(), CaseChange.id.desc()).limit(200))


def _allowed(caller: Caller, row: Case, reopen_days: int) -> list[str]:
    if row.status == "closed":
        return ["reopen"] if caller.is_staff or may_reopen(row, reopen_days) else []
    return ["comment", "close", "change"] if caller.is_staff else ["comment"]


class _Cited:
    """The documents that a case cites, as far as they have arrived and the caller may see them."""

    def __init__(self, session: Session, caller: Caller, row: Case) -> None:
        self._caller, self._row = caller, row
        statement = (
            select(CaseDocument, Document)
            .outerjoin(Document, Document.id == CaseDocument.document_id)
            .where(CaseDocument.case_id == row.id)
            .order_by(CaseDocument.position)
        )
        self._by_comment: dict[UUID | None, list[Document | None]] = defaultdict(list)
        for link, document in session.execute(statement):
            self._by_comment[link.comment_id].append(document)

    def of(self, comment_id: UUID | None) -> dict[str, Any]:
        """Return the documents of a comment; those of the case itself for None."""
        documents = self._by_comment[comment_id]
        shown = [columns(document) for document in documents if document and self._may_see(document)]
        return {"documents": shown, "pending_documents": sum(document is None for document in documents)}

    def _may_see(self, document: Document) -> bool:
        if document.account_id != self._row.account_id:
            return False
        if self._caller.is_staff:
            return document.status != "deleted"
        return document.status == "available" and (document.shared or document.origin == "client")

"""What happened to a case, told: as an event, in the client's history, and in the case's own."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.activity.actions import note
from services.portal.cases.models import Case, CaseChange, CaseDocument
from services.portal.cases.shown import told_to_clients
from services.portal.directory.models import Account

OPENED = "portal.case.opened.v1"
COMMENTED = "portal.case.commented.v1"
STATUS_CHANGED = "portal.case.status_changed.v1"
ASSIGNED = "portal.case.assigned.v1"
ESCALATED = "portal.case.escalated.v1"
STATE = (
    "id",
    "number",
    "account_id",
    "title",
    "description",
    "case_type",
    "priority",
    "status",
    "assignee_id",
    "due_on",
    "created_by",
    "created_at",
    "closed_at",
    "respond_by",
    "resolve_by",
    "next_due_at",
)


def tell(session: Session, type: str, case: Case, **extra: Any) -> None:
    """Record an event about a case; `extra` is what it tells beside the case's whole state."""
    if type != OPENED:
        case.version += 1
    case.updated_at = clock.now()
    session.flush()
    outbox.record(session, type, subject=case.id, version=case.version, data=_state(session, case) | extra)


def noted(session: Session, kind: str, case: Case, caller: Caller) -> None:
    """Add it to the client's history."""
    note(
        session,
        kind,
        account_id=case.account_id,
        by=caller.person,
        subject=("case", case.id),
        title=case.title,
    )


def changed(session: Session, case: Case, caller: Caller, field: str, old: Any, new: Any) -> None:
    """Add a line to the history of the case."""
    session.add(
        CaseChange(id=new_id(), case_id=case.id, by=caller.person, at=clock.now(), field=field, old=old, new=new)
    )


def _state(session: Session, case: Case) -> dict[str, Any]:
    documents = select(CaseDocument.document_id).where(
        CaseDocument.case_id == case.id, CaseDocument.comment_id.is_(None)
    )
    return {name: getattr(case, name) for name in STATE} | {
        "document_ids": list(session.scalars(documents.order_by(CaseDocument.position))),
        "is_test": bool(session.scalar(select(Account.is_test).where(Account.id == case.account_id))),
        "shown_to_clients": told_to_clients(session),
        "version": case.version,
    }

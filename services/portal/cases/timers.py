"""What time makes happen to cases: one whose target is missed is escalated (B21)."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.portal.cases.models import OURS, Case
from services.portal.cases.telling import ESCALATED, tell

BATCH = 100


def escalate(runtime: Runtime) -> None:
    """Escalate each case whose target for the first answer, or for the solution, is missed: once for each.

    The cases are locked as they are claimed, so that of two workers one tells.
    """
    while True:
        with runtime.database.unit_of_work() as session:
            now = clock.now()
            rows = list(session.scalars(_missed(now)))
            for case in rows:
                _escalate(session, case, now)
            if len(rows) < BATCH:
                return


def _missed(now: datetime) -> Any:
    response = and_(Case.first_answered_at.is_(None), Case.respond_by <= now, Case.response_escalated_at.is_(None))
    resolution = and_(Case.resolve_by <= now, Case.resolution_escalated_at.is_(None))
    return (
        select(Case)
        .where(Case.next_due_at <= now, Case.status.in_(OURS), or_(response, resolution))
        .order_by(Case.next_due_at, Case.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


def _escalate(session: Session, case: Case, now: datetime) -> None:
    waits = case.first_answered_at is None and case.respond_by is not None and case.respond_by <= now
    if waits and case.response_escalated_at is None:
        case.response_escalated_at = now
        tell(session, ESCALATED, case, target="response", due_at=case.respond_by)
    if case.resolve_by is not None and case.resolve_by <= now and case.resolution_escalated_at is None:
        case.resolution_escalated_at = now
        tell(session, ESCALATED, case, target="resolution", due_at=case.resolve_by)


TIMERS = (Timer("escalate_cases", 15, escalate),)

"""How a case moves: its status, and the clock of its targets, which stands while the case waits for the client."""

from datetime import datetime
from typing import Any

from services.chassis import clock, problems
from services.portal.cases.models import OURS, TRANSITIONS, Case
from services.portal.cases.targets import WorkingClock

Targets = dict[str, dict[str, int | None]]


def set_targets(case: Case, targets: Targets, working: WorkingClock, *, answers: bool) -> None:
    """Set until when a case is to be answered and solved, by its priority, counted from its opening.

    `answers` is whether it waits for an answer at all: not one that the firm itself opened.
    """
    chosen: dict[str, Any] = targets.get(case.priority) or {}
    case.respond_by = working.after(case.created_at, chosen.get("response")) if answers else None
    minutes = chosen.get("resolution")
    total = None if minutes is None else minutes + case.paused_minutes
    case.resolve_by = working.after(case.created_at, total)
    now = clock.now()
    if case.respond_by and case.respond_by > now:
        case.response_escalated_at = None
    if case.resolve_by and case.resolve_by > now:
        case.resolution_escalated_at = None
    set_next_due(case)


def move(case: Case, status: str, working: WorkingClock) -> str:
    """Give a case another status and return the one before; raise 409 where that may not follow."""
    before = case.status
    if status not in TRANSITIONS[before]:
        raise problems.conflict("illegal_transition", f"A case that is {before} cannot become {status}.")
    now = clock.now()
    case.status = status
    if before not in OURS and status in OURS:
        _resume(case, working, now)
    elif before in OURS and status not in OURS:
        case.paused_since = now
    case.closed_at = now if status == "closed" else None
    case.resolution_minutes = _taken(case, working, now) if status == "closed" else None
    set_next_due(case)
    return before


def answer(case: Case, working: WorkingClock) -> None:
    """Note that the firm has answered; the first time counts."""
    now = clock.now()
    if case.first_answered_at is None and case.respond_by is not None:
        case.first_answered_at = now
        case.response_minutes = working.minutes_between(case.created_at, now)
    set_next_due(case)


def set_next_due(case: Case) -> None:
    """Set which target counts now: the earliest that is not met, none while the firm has nothing to do."""
    respond_by = case.respond_by if case.first_answered_at is None else None
    due = [moment for moment in (respond_by, case.resolve_by) if moment is not None]
    case.next_due_at = min(due) if due and case.status in OURS else None


def _resume(case: Case, working: WorkingClock, now: datetime) -> None:
    paused = working.minutes_between(case.paused_since, now) if case.paused_since else 0
    case.paused_since, case.paused_minutes = None, case.paused_minutes + paused
    case.resolve_by = working.after(case.resolve_by, paused) if case.resolve_by else None
    if case.resolve_by and case.resolve_by > now:
        case.resolution_escalated_at = None


def _taken(case: Case, working: WorkingClock, now: datetime) -> int:
    """Return the working minutes until now, without those in which the case waited for the client."""
    until = case.paused_since or now
    return max(working.minutes_between(case.created_at, until) - case.paused_minutes, 0)

"""How quickly cases are answered and solved, by priority, against their targets (B21)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.cases.models import PRIORITIES, Case
from services.portal.cases.queries import told
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.settings.queries import firm_settings

USUAL_DAYS = 30
MOST_DAYS = 366


def report(session: Session, caller: Caller, *, first: date | None, last: date | None) -> dict[str, Any]:
    """Return a row for each priority, and one of all, about the cases opened from `first` to `last`.

    Without days those of the last 30. Test clients are left out (S14). Raises 422 for more than a year.
    """
    zone = ZoneInfo(firm_settings(session).timezone)
    last = last or clock.now().astimezone(zone).date()
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
        raise problems.invalid({"from": ["Choose at most a year."]})
    begins, ends = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, last + timedelta(days=1))
    )
    statement = (
        select(Case)
        .join(Account, Account.id == Case.account_id)
        .where(Case.created_at >= begins, Case.created_at < ends, ~Account.is_test, is_visible(caller, Account.id))
    )
    found = [told(case) for case in session.scalars(statement)]
    rows = [_row(name, [case for case in found if case["priority"] == name]) for name in PRIORITIES]
    return {"from": first, "to": last, "rows": rows, "total": _row("all", found)}


def _row(name: str, cases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "priority": name,
        "opened": len(cases),
        "closed": sum(case["status"] == "closed" for case in cases),
        "response_median": _median(cases, "response_minutes"),
        "response_met": _share(cases, "response_met"),
        "resolution_median": _median(cases, "resolution_minutes"),
        "resolution_met": _share(cases, "resolution_met"),
    }


def _median(cases: Sequence[dict[str, Any]], name: str) -> int | None:
    minutes = [case[name] for case in cases if case[name] is not None]
    return round(median(minutes)) if minutes else None


def _share(cases: Sequence[dict[str, Any]], name: str) -> int | None:
    """Return how many of a hundred met their target, of those of which it is known; None where of none."""
    known = [case[name] for case in cases if case[name] is not None]
    return round(100 * sum(known) / len(known)) if known else None

"""What the firm set of cases, read and changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.database import new_id
from services.portal.cases import hours
from services.portal.cases.models import PRIORITIES, CaseSettings
from services.portal.models import columns
from services.portal.settings.queries import firm_settings

OFFICE = [["09:00", "18:00"]]
DEFAULTS: dict[str, Any] = {
    "targets": {
        "low": {"response": 16 * 60, "resolution": 80 * 60},
        "normal": {"response": 8 * 60, "resolution": 40 * 60},
        "high": {"response": 4 * 60, "resolution": 16 * 60},
        "urgent": {"response": 60, "resolution": 8 * 60},
    },
    "hours": [OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, [], []],
    "types": [],
    "reopen_days": 14,
}
"""As in a new installation. Targets are minutes of working time; None is no target."""


@dataclass(frozen=True)
class WorkingClock:
    """The firm's working hours in its time zone."""

    week: hours.Week
    zone: ZoneInfo

    def after(self, start: datetime, minutes: int | None) -> datetime | None:
        """Return when that many working minutes are over; None for no target."""
        return hours.after(self.week, self.zone, start, minutes) if minutes is not None else None

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the working minutes between two moments."""
        return hours.minutes_between(self.week, self.zone, start, end)


def case_settings(session: Session, *, locked: bool = False) -> CaseSettings:
    """Return what the firm set; where it has set nothing yet, what a new installation has."""
    statement = select(CaseSettings)
    row = session.scalar(statement.with_for_update() if locked else statement)
    return row or CaseSettings(id=new_id(), singleton=1, **DEFAULTS, updated_at=clock.now(), version=0)


def working_clock(session: Session, settings: CaseSettings | None = None) -> WorkingClock:
    """Return the firm's working hours in its time zone."""
    settings = settings or case_settings(session)
    return WorkingClock(settings.hours, ZoneInfo(firm_settings(session).timezone))


def told(session: Session) -> dict[str, Any]:
    """Return the settings of cases as the API tells them."""
    row = case_settings(session)
    return columns(row) | {
        "targets": {priority: row.targets.get(priority) for priority in PRIORITIES},
        "timezone": firm_settings(session).timezone,
    }


def save_case_settings(session: Session, *, version: int, **values: Any) -> CaseSettings:
    """Set what is told of cases and return it; raise 409 where it has changed since `version`.

    A type that is left out is retired: cases that have it keep it. Targets count for cases that are opened, or whose
    priority changes, from now on.
    """
    row = case_settings(session, locked=True)
    if row.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    if "types" in values:
        values["types"] = _kept_types(values["types"], row.types)
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # somebody else saved the first settings
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        ) from None
    return row


def offered_types(settings: CaseSettings) -> list[dict[str, Any]]:
    """Return the types that a case may be given."""
    return [kind for kind in settings.types if not kind.get("retired")]


def _kept_types(given: list[dict[str, Any]], present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {kind["value"] for kind in present}
    types = [
        {
            "value": kind.get("value") if kind.get("value") in known else str(new_id()),
            "labels": dict(kind["labels"]),
            "retired": bool(kind.get("retired")),
        }
        for kind in given
    ]
    named = {kind["value"] for kind in types}
    return types + [kind | {"retired": True} for kind in present if kind["value"] not in named]

"""When clients are reminded."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import new_id
from services.portal.request_reminders.models import ReminderSettings

DEFAULTS = {"active": True, "days_before": 3, "on_the_day": True, "every_days": 3, "most": 5}
"""As in a new installation: 3 days before, on the day, and then every 3 days, five times."""


def reminder_settings(session: Session, *, locked: bool = False) -> ReminderSettings:
    """Return what the firm set; where it has set nothing yet, what a new installation has."""
    statement = select(ReminderSettings)
    row = session.scalar(statement.with_for_update() if locked else statement)
    return row or ReminderSettings(id=new_id(), singleton=1, **DEFAULTS, updated_at=clock.now(), version=0)


def offsets(settings: ReminderSettings) -> list[int]:
    """Return on which days clients are reminded, counted from the day on which a request is due."""
    if not settings.active:
        return []
    before = [-settings.days_before] if settings.days_before else []
    day = [0] if settings.on_the_day else []
    return before + day + [settings.every_days * number for number in range(1, settings.most + 1)]


def is_time(settings: ReminderSettings, due_on: date, since: date, today: date) -> bool:
    """Return whether a day to remind on has come after `since`, the day of the last reminder or of the request."""
    days = (due_on + timedelta(days=offset) for offset in offsets(settings))
    return any(since < day <= today for day in days)

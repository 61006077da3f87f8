"""Reminds clients of what is due and not answered, each day that the firm set once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.portal.directory.models import Account
from services.portal.request_reminders.actions import remind
from services.portal.request_reminders.models import ReminderSettings
from services.portal.request_reminders.queries import is_time, offsets, reminder_settings
from services.portal.requests.lists import awaits_client
from services.portal.requests.models import Request
from services.portal.settings.queries import firm_time

BATCH = 100
FIRST_HOUR = 8
"""Nobody is reminded in the night: not before this hour where the firm is."""


def remind_clients(runtime: Runtime) -> None:
    """Remind of every request whose time has come; those locked by somebody are left for the next time.

    The day is written in the same transaction as the event, so that a worker that ends in between reminds nobody twice;
    days that passed while none was running are made up for by one reminder.
    """
    after: UUID | None = None
    while True:
        with runtime.database.unit_of_work() as session:
            now, settings = firm_time(session), reminder_settings(session)
            if now.hour < FIRST_HOUR or not offsets(settings):
                return
            today = now.date()
            rows = list(session.scalars(_due(settings, today, after)))
            for request in rows:
                due_on, since = request.due_on, request.reminded_on
                if due_on and since and is_time(settings, due_on, since, today):
                    remind(session, request, due_on, today)
            if len(rows) < BATCH:
                return
            after = rows[-1].id


def _due(settings: ReminderSettings, today: date, after: UUID | None) -> Any:
    days = offsets(settings)
    statement = select(Request).where(
        Request.due_on <= today - timedelta(days=min(days)),
        Request.due_on >= today - timedelta(days=max(days) + 7),
        Request.reminders.is_(True),
        Request.reminded_on < today,
        awaits_client(),
        Request.account_id.in_(select(Account.id).where(Account.status == "active")),
    )
    if after:
        statement = statement.where(Request.id > after)
    return statement.order_by(Request.id).limit(BATCH).with_for_update(of=Request, skip_locked=True)


TIMERS = (Timer("remind_of_requests", 30, remind_clients),)

"""Sends the requests of the series whose day has come."""

from sqlalchemy import select

from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.portal.request_series.actions import run_due
from services.portal.request_series.models import RequestSeries
from services.portal.settings.queries import firm_time

BATCH = 20
FIRST_HOUR = 7
"""Not before this hour where the firm is: nobody gets a mail in the night."""


def run_series(runtime: Runtime) -> None:
    """Send what is due. The next day is set in the same transaction, so that each day is sent exactly once."""
    while True:
        with runtime.database.unit_of_work() as session:
            now = firm_time(session)
            if now.hour < FIRST_HOUR:
                return
            due = select(RequestSeries).where(RequestSeries.status == "active", RequestSeries.next_on <= now.date())
            due = due.order_by(RequestSeries.next_on, RequestSeries.id).limit(BATCH).with_for_update(skip_locked=True)
            rows = list(session.scalars(due))
            for series in rows:
                run_due(session, series, now.date())
            if len(rows) < BATCH:
                return


TIMERS = (Timer("run_request_series", 30, run_series),)

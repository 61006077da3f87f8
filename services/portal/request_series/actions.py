"""Requests that come again: made, paused, resumed, ended, and sent when their day has come."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.request_batches.actions import start, stored
from services.portal.request_batches.queries import chosen
from services.portal.request_series.calendar import first_from
from services.portal.request_series.models import TRANSITIONS, RequestSeries, RequestSeriesAccount
from services.portal.requests.records import once_of
from services.portal.settings.queries import firm_day


def begin_series(
    session: Session,
    caller: Caller,
    *,
    to: Mapping[str, Any],
    content: Mapping[str, Any],
    every: str,
    day: int | None,
    starts_on: date,
    ends_on: date | None,
    key: str | None,
) -> RequestSeries:
    """Have a request come again and return the series; the same `key` again gives the same series.

    Raises 404 for a client that `caller` may not see, 422 for none or too many, or where it would never come.
    """
    once = once_of(caller, key)
    earlier: RequestSeries | None = session.scalar(select(RequestSeries).where(RequestSeries.once == once))
    if once and earlier:
        return earlier
    day = day or (starts_on.isoweekday() if every == "week" else starts_on.day)
    next_on = first_from(every, day, starts_on, max(starts_on, firm_day(session)))
    if ends_on and next_on > ends_on:
        raise problems.invalid({"ends_on": ["It would never come: the end is before the first day."]})
    ids = chosen(session, caller, to)
    now = clock.now()
    series = RequestSeries(
        id=new_id(),
        status="active",
        content=stored(content),
        every=every,
        day=day,
        starts_on=starts_on,
        ends_on=ends_on,
        next_on=next_on,
        once=once,
        created_by=caller.person,
        created_at=now,
        updated_at=now,
        version=1,
    )
    session.add(series)
    session.flush()
    session.add_all(RequestSeriesAccount(series_id=series.id, account_id=id) for id in ids)
    session.flush()
    return series


def pause(session: Session, series_id: UUID) -> RequestSeries:
    """Let a series rest and return it; raise 404, or 409 where it does already or is ended."""
    series = _moved(session, series_id, "paused")
    series.next_on = None
    return series


def resume(session: Session, series_id: UUID) -> RequestSeries:
    """Let a series go on and return it: what it missed is not made up for. Raise 404 or 409."""
    series = _moved(session, series_id, "active")
    _plan(series, firm_day(session))
    return series


def end(session: Session, series_id: UUID) -> RequestSeries:
    """Let a series come no more and return it; raise 404, or 409 where it is ended already."""
    series = _moved(session, series_id, "ended")
    series.next_on = None
    return series


def run_due(session: Session, series: RequestSeries, today: date) -> None:
    """Send what is due of a series, which is locked: a batch for each of its days up to today, each once."""
    while series.status == "active" and series.next_on and series.next_on <= today:
        period = series.next_on
        mine = select(RequestSeriesAccount.account_id).where(RequestSeriesAccount.series_id == series.id)
        ids = list(session.scalars(mine.order_by(RequestSeriesAccount.account_id)))
        if ids:  # all of them may have been erased
            start(
                session,
                content=series.content,
                account_ids=ids,
                by=series.created_by,
                once=f"series:{series.id}:{period.isoformat()}",
                series_id=series.id,
                period_on=period,
            )
        _plan(series, period + timedelta(days=1))


def _plan(series: RequestSeries, earliest: date) -> None:
    """Set the next day of a series; one whose end is before it is over."""
    following = first_from(series.every, series.day, series.starts_on, earliest)
    if series.ends_on and following > series.ends_on:
        series.status, series.next_on = "ended", None
    else:
        series.next_on = following
    series.updated_at = clock.now()


def _moved(session: Session, series_id: UUID, status: str) -> RequestSeries:
    series = session.get(RequestSeries, series_id, with_for_update=True, populate_existing=True)
    if series is None:
        raise problems.not_found("This series")
    if status not in TRANSITIONS[series.status]:
        raise problems.conflict("illegal_transition", f"A series that is {series.status} cannot become {status}.")
    series.status, series.version, series.updated_at = status, series.version + 1, clock.now()
    return series

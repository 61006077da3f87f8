"""Working time: the hours of the firm's week, in its time zone, counted between moments and added to one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Week = Sequence[Sequence[Sequence[str]]]
"""Monday to Sunday; of each day the spans as `["09:00", "18:00"]`. A span may end at 00:00, the end of the day."""
MIDNIGHT = "00:00"


def after(week: Week, zone: ZoneInfo, start: datetime, minutes: int) -> datetime:
    """Return the moment at which `minutes` of working time have gone by since `start`.

    Without a working minute in the week, raises `ValueError`. Clock changes lengthen and shorten a day as they do.
    """
    if not any(week):
        raise ValueError("a week needs working hours")
    left = timedelta(minutes=minutes)
    for begins, ends in _spans(week, zone, start):
        open_for = ends - max(begins, start)
        if open_for >= left and open_for > timedelta():
            return max(begins, start) + left
        left -= max(open_for, timedelta())
    raise AssertionError("days do not end")


def minutes_between(week: Week, zone: ZoneInfo, start: datetime, end: datetime) -> int:
    """Return how many whole minutes of working time lie between two moments."""
    total = timedelta()
    for begins, ends in _spans(week, zone, start):
        if begins >= end:
            break
        total += max(min(ends, end) - max(begins, start), timedelta())
    return int(total.total_seconds() // 60)


def _spans(week: Week, zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    if not any(week):
        return
    day = start.astimezone(zone).date()
    while True:
        for begins, ends in week[day.weekday()]:
            last = day + timedelta(days=1) if ends == MIDNIGHT else day
            yield _moment(day, begins, zone), _moment(last, ends, zone)
        day += timedelta(days=1)


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)

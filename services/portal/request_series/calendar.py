"""On which days a series comes: days of the firm, without a clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def first_from(every: str, day: int, starts_on: date, earliest: date) -> date:
    """Return the first day of a series that begins at `starts_on` which is `earliest` or later."""
    return next(found for found in _days(every, day, starts_on) if found >= max(earliest, starts_on))


def _days(every: str, day: int, starts_on: date) -> Iterator[date]:
    """Yield the days, from the week or month of the start on; a month that is too short has its last day."""
    if every == "week":
        found = starts_on - timedelta(days=starts_on.isoweekday() - day)
        while True:
            yield found
            found += timedelta(days=7)
    months = starts_on.year * 12 + starts_on.month - 1
    while True:
        year, month = months // 12, months % 12 + 1
        yield date(year, month, min(day, monthrange(year, month)[1]))
        months += MONTHS[every]

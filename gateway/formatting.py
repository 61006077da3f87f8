"""Dates as people say them, money, sizes and names: the filters of every template.

{{ document.uploaded_at | moment }}   today, 14:05      {{ request.due_on | day }}    12 March
{{ document.size | filesize }}        1.4 MB            {{ person.name | initials }}  AA
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.dates import format_time as babel_time
from babel.numbers import format_currency, format_decimal, get_currency_precision
from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from gateway import languages
from services.chassis import clock

UNITS = ("B", "KB", "MB", "GB", "TB")


def install(app: Flask) -> None:
    """Give the templates of `app` the filters."""
    dates = (moment, day, time_of_day, month_and_year, iso)
    for filter_ in (*dates, filesize, money, number, phone_number, initials, paragraphs):
        app.jinja_env.filters[filter_.__name__] = filter_


def parse(value: str | datetime | date | None) -> datetime | date | None:
    """Return an ISO 8601 text as the moment or day that it names."""
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)


def moment(value: str | datetime | None) -> str:
    """Return a moment in the visitor's time zone: "today, 14:05", "12 March, 09:30", "12 March 2024, 09:30"."""
    when = _local(value)
    if when is None:
        return ""
    return _("%(day)s, %(time)s", day=day(when.date()), time=_clock(when))


def moment_in(value: str | datetime | None, zone: str) -> str:
    """Return a moment in the time zone `zone`, with its date in any case: "4 December 2026, 09:30"."""
    found = parse(value)
    if not isinstance(found, datetime):
        return ""
    when = found.astimezone(_zone(zone))
    return _("%(day)s, %(time)s", day=format_date(when, "long", locale=_locale()), time=_clock(when))


def day(value: str | datetime | date | None) -> str:
    """Return a day: "today", "yesterday", "tomorrow", "12 March", and the year where it is not this one."""
    found = parse(value)
    if found is None:
        return ""
    if isinstance(found, datetime):
        found = in_zone(found).date()
    today = in_zone(clock.now()).date()
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    if (distance := (found - today).days) in near:
        return near[distance]
    if found.year == today.year:
        return format_skeleton("MMMMd", found, locale=_locale())
    return format_date(found, "long", locale=_locale())


def time_of_day(value: str | datetime | None) -> str:
    """Return the time of a moment: "14:05"."""
    when = _local(value)
    return _clock(when) if when else ""


def month_and_year(value: str | datetime | date | None) -> str:
    """Return month and year: "March 2019"."""
    found = parse(value)
    return format_skeleton("yMMMM", found, locale=_locale()) if found else ""


def iso(value: str | datetime | date | None) -> str:
    """Return a moment or day for a `datetime` attribute."""
    found = parse(value)
    return found.isoformat() if found else ""


def filesize(value: int | None) -> str:
    """Return a size in bytes as "812 B", "1.4 MB"."""
    if value is None:
        return ""
    size, unit = float(value), 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    pattern = "#,##0" if unit == 0 or size >= 100 else "#,##0.#"
    return f"{format_decimal(size, pattern, locale=_locale())} {UNITS[unit]}"


def money(minor: int | None, currency: str = "EUR") -> str:
    """Return an amount in minor units (cents) as money."""
    if minor is None:
        return ""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, locale=_locale())


def paragraphs(text: str | None) -> Markup:
    """Return plain text as paragraphs, with its line breaks; whatever looks like HTML in it stays text."""
    blocks = (block.strip("\n") for block in re.split(r"\n{2,}", text or ""))
    lines = (Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks if block)
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)


def number(value: float | None) -> str:
    """Return a number with the separators of the language."""
    return "" if value is None else format_decimal(value, locale=_locale())


def phone_number(value: str | None) -> str:
    """Return a telephone number in groups, as it is written: "+34612345678" is "+34 612 34 56 78"."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(value or ""), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return value or ""


def initials(name: str | None) -> str:
    """Return one or two letters that stand for a name: "Ana María Acosta" is AA, "Talleres Acosta, S.L." is TA."""
    words = [word for word in (name or "").replace("&", " ").replace(",", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    legal_forms = {"sl", "sa", "sl.", "s.l.", "s.a.", "lda", "lda.", "ltd", "ltd.", "unipessoal"}
    telling = [word for word in words if word.lower() not in legal_forms] or words
    return (telling[0][0] + (telling[-1][0] if len(telling) > 1 else "")).upper()


def date_in_words(value: str | date | None) -> str:
    """Return a day that reads well within a sentence, whichever it is: "12 March 2026"."""
    found = parse(value)
    return "" if found is None else format_date(found, "long", locale=_locale())


def is_past(value: str | date | None) -> bool:
    """Return whether a due day has gone by in the visitor's time zone."""
    left = days_until(value)
    return left is not None and left < 0


def days_until(value: str | date | None) -> int | None:
    """Return in how many days the day comes, negative when it is over."""
    found = parse(value)
    if found is None:
        return None
    if isinstance(found, datetime):
        found = in_zone(found).date()
    return int((found - today()) / timedelta(days=1))


def today() -> date:
    """Return the day where the visitor is."""
    return in_zone(clock.now()).date()


def part_of_day() -> str:
    """Return the greeting of the hour."""
    hour = in_zone(clock.now()).hour
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 19 else "evening"


def _local(value: str | datetime | None) -> datetime | None:
    found = parse(value)
    return in_zone(found) if isinstance(found, datetime) else None


def in_zone(when: datetime) -> datetime:
    """Return a moment as the clock of the visitor's time zone has it."""
    return when.astimezone(_zone(languages.timezone()))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _clock(when: datetime) -> str:
    return babel_time(when, "HH:mm", tzinfo=when.tzinfo, locale=_locale())


@lru_cache(maxsize=8)
def _parsed(name: str) -> Locale:
    return Locale.parse(name)


def _locale() -> Locale:
    return _parsed(languages.region())

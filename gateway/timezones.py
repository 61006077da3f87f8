"""The time zones that one may choose, by country and city in the language of the page: "Portugal: Lisboa"."""

import unicodedata
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from gateway import languages

UNIVERSAL = "UTC"


def timezone_choices(present: str = "") -> list[tuple[str, str]]:
    """Return pairs of IANA name and word, sorted by word, for a select; `present` is among them in any case."""
    choices = list(_choices(languages.region()))
    if present and present not in {name for name, _word in choices}:
        choices.insert(0, (present, present.replace("_", " ")))
    return choices


def timezone_name(name: str) -> str:
    """Return how a time zone is called in the language of the page."""
    return dict(_choices(languages.region())).get(name, name.replace("_", " "))


@lru_cache(maxsize=8)
def _choices(region: str) -> tuple[tuple[str, str], ...]:
    locale = Locale.parse(region)
    territories, aliases = get_global("zone_territories"), get_global("zone_aliases")
    names = (name for name in available_timezones() if name in territories and name not in aliases)
    named = ((name, _word(name, locale, territories[name])) for name in names)
    found = sorted((pair for pair in named if pair[1]), key=lambda pair: _plain(pair[1]))
    return ((UNIVERSAL, UNIVERSAL), *found)


def _word(name: str, locale: Locale, territory: str) -> str:
    country = locale.territories.get(territory, "")
    city = locale.time_zones.get(name, {}).get("city") or name.rsplit("/", 1)[-1].replace("_", " ")
    return f"{country}: {city}" if country and territory != "001" else ""


def _plain(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))

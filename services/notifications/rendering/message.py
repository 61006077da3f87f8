"""From a kind and its values to the words of a message: subject, text, HTML, SMS, and the line inside the portal."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time
from jinja2 import Environment, StrictUndefined
from jinja2 import Template as Compiled

from services.notifications.directory.queries import Firm
from services.notifications.kinds import KINDS, LOCALES, SHARED_NAMES
from services.notifications.rendering.colours import Colours
from services.notifications.rendering.templates import Line, Template, load

_REGIONS = {"en": "en_GB", "es": "es_ES", "pt": "pt_PT"}
_LONGEST = 4000
MOST_STARS = 5


@dataclass(frozen=True)
class Reader:
    """Who reads: name, language, and time zone for what the message says of times."""

    name: str
    locale: str
    timezone: str

    @property
    def language(self) -> str:
        """One of our languages."""
        return self.locale if self.locale in LOCALES else "en"


@dataclass(frozen=True)
class Rendered:
    """A message in words."""

    subject: str
    text: str
    html: str


def headline(firm: Firm, reader: Reader, kind: str, data: Mapping[str, Any]) -> str:
    """Return the one line that stands for a message inside the portal."""
    lines = load(kind, reader.language).lines
    return one_line(lines["inside"].as_text(_values(firm, reader, kind, data)))


def render_mail(
    firm: Firm, reader: Reader, kind: str, data: Mapping[str, Any], *, url: str, public_url: str
) -> Rendered:
    """Return the words of a mail; `url` is where its button leads, `public_url` the portal's own address."""
    template = load(kind, reader.language)
    frame = load("layout", reader.language)
    values = _values(firm, reader, kind, data) | {"portal_url": public_url}
    button = template.lines["button"].as_text(values) if url and "button" in template.lines else ""
    paragraphs = [
        line
        for line in template.paragraphs
        if (button if line.style in ("button", "stars") else not line.is_silent(values))
    ]
    footer = [firm.firm_name, *firm.address.splitlines(), firm.phone, firm.email]
    footer = [plain(entry) for entry in footer if entry.strip()]
    choice = "" if KINDS[kind].security else frame.lines["preferences"].as_text(values)
    in_admin = KINDS[kind].audience == "staff" or url.startswith(f"{public_url}/admin/")
    choice_url = f"{public_url}/{'admin/' if in_admin else ''}notifications"
    text = _text(paragraphs, values, button, url)
    text += "\n\n-- \n" + "\n".join(footer) + (f"\n\n{choice}: {choice_url}" if choice else "") + "\n"
    html = _layout().render(
        language=reader.language,
        subject=one_line(template.lines["subject"].as_text(values)),
        preheader=one_line(template.lines["preheader"].as_text(values)),
        portal=plain(firm.portal_name or firm.firm_name),
        logo=f"{public_url}/logo.png?v={quote(firm.logo)}" if firm.logo else "",
        paragraphs=[
            (line.style, "" if line.style in ("button", "stars") else line.as_html(values)) for line in paragraphs
        ],
        ratings=_ratings(url),
        button=button,
        url=url,
        fallback=frame.lines["fallback"].as_text(values),
        footer=footer,
        choice=choice,
        choice_url=choice_url,
        colours=Colours.of(firm.accent),
    )
    return Rendered(one_line(template.lines["subject"].as_text(values)), text, html)


def render_sms(firm: Firm, reader: Reader, kind: str, data: Mapping[str, Any], *, host: str, link: str = "") -> str:
    """Return the words of an SMS.

    One with a link ends in it; one with a code ends in `@host #code`, by which a phone offers it to that site alone
    (https://wicg.github.io/sms-one-time-codes).
    """
    values = _values(firm, reader, kind, data)
    text = one_line(load(kind, reader.language).lines["sms"].as_text(values))
    if link:
        return f"{text}\n{link}"
    return f"{text}\n\n@{host} #{values['code']}" if values.get("code") else text


def plain(value: str, *, multiline: bool = False) -> str:
    """Return `value` without what no reader can see: control characters, lone surrogates, foreign line ends."""
    kept = []
    for character in unicodedata.normalize("NFC", value):
        if character == "\n" and multiline:
            kept.append(character)
        elif unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp", "Co", "Cn"):
            kept.append(" ")
        elif character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            kept.append(character)
    return "".join(kept).strip()[:_LONGEST]


def one_line(value: str, longest: int = 150) -> str:
    """Return `value` on one line, cut at a length that fits a subject."""
    line = " ".join(plain(value).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _values(firm: Firm, reader: Reader, kind: str, data: Mapping[str, Any]) -> dict[str, str]:
    values = dict.fromkeys(SHARED_NAMES | KINDS[kind].names, "")
    values |= {name: _written(name, data[name], reader) for name in values if data.get(name) not in (None, "")}
    ours = {
        "name": reader.name,
        "firm": firm.firm_name,
        "portal": firm.portal_name or firm.firm_name,
        "firm_phone": firm.phone,
        "firm_email": firm.email,
    }
    return values | {name: plain(value) for name, value in ours.items()}


def _written(name: str, value: Any, reader: Reader) -> str:
    region = _REGIONS[reader.language]
    if name.endswith("_on"):
        return format_date(date.fromisoformat(str(value)[:10]), "long", region)
    if name.endswith("_at"):
        moment = datetime.fromisoformat(str(value)).astimezone(_zone(reader.timezone))
        return f"{format_date(moment, 'long', region)}, {format_time(moment, 'HH:mm', locale=region)}"
    return plain(str(value), multiline=True)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _text(paragraphs: list[Line], values: Mapping[str, str], button: str, url: str) -> str:
    parts = []
    for line in paragraphs:
        if line.style == "button":
            parts.append(f"{button}:\n{url}")
        elif line.style == "stars":
            parts.append("\n".join(f"{stars}/{MOST_STARS}: {address}" for stars, address in _ratings(url)))
        elif line.style == "quote":
            parts.append("\n".join(f"> {row}" for row in line.as_text(values).split("\n")))
        else:
            parts.append(line.as_text(values))
    return "\n\n".join(parts)


def _ratings(url: str) -> list[tuple[int, str]]:
    """Return for each number of stars the address at which it is chosen already."""
    return [(stars, f"{url}?stars={stars}") for stars in range(1, MOST_STARS + 1)]


@cache
def _layout() -> Compiled:
    source = files("services.notifications").joinpath("templates", "layout.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)


__all__ = ["Reader", "Rendered", "Template", "headline", "one_line", "plain", "render_mail", "render_sms"]

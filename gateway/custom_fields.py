"""Fields that the firm shapes, in words and in forms: what they are called, what stands in them, what was typed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway import formatting
from gateway.clients import Json
from gateway.forms import Form
from gateway.languages import LANGUAGES, REGIONS, language

CUSTOM = "custom."
WORDS: dict[str, LazyString] = {
    "kind": _l("Kind of client"),
    "name": _l("Name"),
    "tax_number": _l("Tax number"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "address": _l("Address"),
    "locale": _l("Language"),
    "adviser_id": _l("Adviser"),
    "client_since": _l("Client since"),
    "is_test": _l("Test client"),
    "mobile": _l("Mobile"),
    "timezone": _l("Time zone"),
    "role": _l("Role"),
    "portal_user": _l("Portal user"),
    "support_start": _l("Support start date"),
    "support_end": _l("Support end date"),
    "title": _l("Title"),
    "status": _l("Status"),
    "priority": _l("Priority"),
    "case_type": _l("Case type"),
    "description": _l("Description"),
    "opened_on": _l("Opened on"),
    "due_on": _l("Due on"),
}
"""What built-in fields are called."""


def install(app: Flask) -> None:
    """Give the templates of `app` the words of fields."""
    app.jinja_env.globals |= {
        "field_word": field_word,
        "written": written,
        "shown_value": shown_value,
        "field_options": options_of,
        "is_own": is_custom,
    }


def written(texts: Json | None) -> str:
    """Return what the firm wrote, in the language of the page, else in the first one that it wrote in."""
    texts = texts or {}
    return str(texts.get(language()) or next((texts[code] for code in LANGUAGES if texts.get(code)), ""))


def field_word(field: Json) -> str:
    """Return what a field is called."""
    return written(field.get("labels")) or str(WORDS.get(field["name"], field["name"]))


def groups(block: Json) -> list[tuple[Json | None, list[Json]]]:
    """Return the fields of a block section by section, those of none first; empty sections are there, too."""
    sections = block.get("sections") or []
    known = {section["id"] for section in sections}
    home = [field.get("section_id") if field.get("section_id") in known else None for field in block["fields"]]

    def members(id: str | None) -> list[Json]:
        return [field for field, place in zip(block["fields"], home, strict=True) if place == id]

    return [(None, members(None)), *((section, members(section["id"])) for section in sections)]


def is_custom(field: Json) -> bool:
    """Return whether a field is the firm's own."""
    return field.get("id") is not None


def options_of(field: Json, present: Any) -> list[tuple[str, str]]:
    """Return the options of a choice: what is offered, and what stands there already."""
    return [
        (option["value"], written(option["labels"]))
        for option in field["options"]
        if not option["retired"] or option["value"] == present
    ]


def form_names(fields: Iterable[Json], prefix: str = CUSTOM) -> list[str]:
    """Return the names that fields of the firm's own have in a form."""
    return [prefix + field["name"] for field in fields]


def form_values(fields: Iterable[Json], values: Json, prefix: str = CUSTOM) -> dict[str, str]:
    """Return what stands in a form for what the portal service keeps."""
    return {prefix + field["name"]: _typed(field, values.get(field["name"])) for field in fields}


def typed_values(form: Form, fields: Iterable[Json], prefix: str = CUSTOM) -> Json:
    """Return what the portal service takes for what was typed; nothing typed is None."""
    return {field["name"]: _meant(field, str(form.value(prefix + field["name"]))) for field in fields}


def own_values(form: Form, fields: Sequence[Json], prefix: str = CUSTOM) -> Json:
    """Return the part of a record that its fields of the firm's own are; nothing where it has none."""
    return {"custom": typed_values(form, fields, prefix)} if fields else {}


def shown_value(field: Json, value: Any, documents: Sequence[tuple[str, str]] = ()) -> str:
    """Return what stands in a field, in words; "" for nothing."""
    if value is None or value == "":
        return ""
    ways: dict[str, Callable[[], str]] = {
        "choice": lambda: dict(_words(field)).get(value, ""),
        "flag": lambda: _("Yes") if value else _("No"),
        "date": lambda: formatting.date_in_words(value),
        "number": lambda: str(format_decimal(value, locale=_region(), decimal_quantization=False)),
        "file": lambda: dict(documents).get(value) or _("A document"),
    }
    return ways.get(field["kind"], lambda: str(value))()


def _words(field: Json) -> list[tuple[str, str]]:
    return [(option["value"], written(option["labels"])) for option in field["options"]]


def _region() -> str:
    return REGIONS[language()]


def _typed(field: Json, value: Any) -> str:
    if value is None:
        return ""
    if field["kind"] == "flag":
        return "yes" if value else "no"
    if field["kind"] == "number":
        return str(format_decimal(value, locale=_region(), decimal_quantization=False, group_separator=False))
    return str(value)


def _meant(field: Json, typed: str) -> Any:
    if not typed:
        return None
    if field["kind"] == "flag":
        return {"yes": True, "no": False}.get(typed, typed)
    if field["kind"] == "number":
        try:
            return str(parse_decimal(typed, locale=_region(), strict=True))
        except NumberFormatError:
            return typed
    return typed

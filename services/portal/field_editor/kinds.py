"""What each kind of field takes, and in which column it stands."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields

from services.chassis.schemas import Text
from services.portal.directory.names import fold
from services.portal.field_editor.models import SORTED_LENGTH, FieldValue
from services.portal.fields import Email, Phone

COLUMN = {"number": "number_value", "flag": "number_value", "date": "date_value"}
"""The column in whose order the values of a kind are sorted; those not named are text."""
MOST_DIGITS = 15
"""What a double keeps exactly (IEEE 754, 53 bits)."""
MOST_TEXT = 1000
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?(e[+-]?[0-9]{1,3})?", re.A)
Row = dict[str, Any]


def sort_column(kind: str) -> str:
    """Return the column by which values of this kind are searched and sorted."""
    return COLUMN.get(kind, "sort_text")


def parse(kind: str, value: Any, options: Sequence[Mapping[str, Any]] = (), present: Any = None) -> Any:
    """Return `value` as it is kept, None for nothing; raise `ValidationError` for what a field of `kind` cannot hold.

    Of the options of a choice one that was retired is taken where it stands already (`present`).
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if kind == "choice":
        return _choice(value, options, present)
    return _PARSERS[kind](value)


def row_of(kind: str, value: Any) -> Row:
    """Return the columns in which a parsed value stands."""
    row: Row = {"text_value": None, "sort_text": None, "number_value": None, "date_value": None}
    if kind == "flag":
        return row | {"number_value": float(value)}
    if kind in COLUMN:
        return row | {COLUMN[kind]: value}
    return row | {"text_value": value, "sort_text": sort_text(value)}


def value_in(kind: str, row: FieldValue) -> Any:
    """Return what stands in `row`, as the API gives it."""
    if kind == "flag":
        return bool(row.number_value)
    if kind == "number" and row.number_value is not None:
        return int(row.number_value) if row.number_value.is_integer() else row.number_value
    if kind == "date" and row.date_value is not None:
        return row.date_value.isoformat()
    return row.text_value


def sort_text(value: str) -> str:
    """Return text as it is searched and sorted: without case and accents, its beginning."""
    return fold(value)[:SORTED_LENGTH]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise ValidationError("Write a number.")
    digits = re.sub(r"\D", "", str(value).partition("e")[0]).lstrip("0")
    if len(digits) > MOST_DIGITS or abs(float(value)) >= 10**MOST_DIGITS:
        raise ValidationError("Use at most 15 digits.")
    return float(value)


def _date(value: Any) -> date:
    found: date = fields.Date().deserialize(value)
    return found


def _flag(value: Any) -> bool:
    if value in (True, "yes", "true"):
        return True
    if value in (False, "no", "false"):
        return False
    raise ValidationError("Choose yes or no.")


def _choice(value: Any, options: Sequence[Mapping[str, Any]], present: Any) -> str:
    for option in options:
        if option["value"] == value and (not option["retired"] or value == present):
            return str(value)
    raise ValidationError("Choose one of the options.")


def _file(value: Any) -> str:
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise ValidationError("Choose a document of this client.") from None


_text, _email, _phone = Text(max=MOST_TEXT), Email(), Phone()
_PARSERS: dict[str, Callable[[Any], Any]] = {
    "text": _text.deserialize,
    "email": _email.deserialize,
    "phone": _phone.deserialize,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "file": _file,
}

"""What stands in the form of the fields, and what signing gets of it.

The form names are `typed.<field>`, `font.<field>` and `drawing.<field>` for signature and initials, `text.<field>`
for texts and dates, `checked.<field>` for boxes. A drawing is a PNG as data URL, or `=<field>`: the same as there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gateway.clients import Json
from gateway.formatting import today
from gateway.forms import Form, form_errors
from services.chassis.problems import Problem

SAME_AS = "="


@dataclass(frozen=True)
class Item:
    """One field with the words by which it is known."""

    field: Json
    label: str
    page: str

    @property
    def name(self) -> str:
        """Label and page together: "Signature, page 4"."""
        return _("%(label)s, %(page)s", label=self.label, page=self.page)


def type_words() -> dict[str, str]:
    """Return the word for each type of field."""
    return {
        "signature": _("Signature"),
        "initials": _("Initials"),
        "date": _("Date"),
        "text": _("Text"),
        "checkbox": _("Check box"),
    }


def items(fields: Sequence[Json]) -> list[Item]:
    """Return the fields with their words, in the order of the document."""
    words = type_words()
    return [
        Item(field, field["label"] or words[field["type"]], _("page %(number)s", number=field["page"]))
        for field in fields
    ]


def prefilled(fields: Sequence[Json]) -> dict[str, Any]:
    """Return what stands in the form at first: today in every date."""
    return {f"text.{field['id']}": today().isoformat() for field in fields if field["type"] == "date"}


def values(fields: Sequence[Json], form: Mapping[str, str]) -> list[Json]:
    """Return what was filled in, as signing takes it; empty fields are left out."""
    filled = ({"field_id": field["id"]} | _value(field, form) for field in fields)
    return [value for value in filled if len(value) > 1]


def _value(field: Json, form: Mapping[str, str]) -> Json:
    id, kind = field["id"], field["type"]
    if kind in ("signature", "initials"):
        return _signature(id, form)
    if kind == "checkbox":
        return {"checked": True} if form.get(f"checked.{id}") else {}
    text = form.get(f"text.{id}", "").strip()
    return {"text": text} if text else {}


def _signature(id: str, form: Mapping[str, str]) -> Json:
    drawing = form.get(f"drawing.{id}", "")
    if drawing.startswith(SAME_AS):
        drawing = form.get(f"drawing.{drawing.removeprefix(SAME_AS)}", "")
    if drawing:
        return {"drawing": drawing}
    typed = form.get(f"typed.{id}", "").strip()
    font = form.get(f"font.{id}") or "script"
    return {"typed": {"text": typed, "font": font}} if typed else {}


def refuse(form: Form, problem: Problem, given: Sequence[Json]) -> None:
    """Put what signing says is wrong beside the fields; it names them by id, or by their place in what it got."""
    for name, texts in form_errors(problem).items():
        for text in texts:
            form.add_error(_field_of(name, given), text)


def _field_of(name: str, given: Sequence[Json]) -> str:
    parts = name.split(".")
    if parts[0] == "values" and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(given):
        return str(given[int(parts[1])]["field_id"])
    return name

"""The parts of the profile that the firm shapes: what is shown, and what the client may change of it (S26)."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway import formatting
from gateway.clients import Json, clients
from gateway.custom_fields import CUSTOM, field_word, form_values, shown_value, typed_values
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.statuses import role_word
from services.chassis.problems import Problem

BLOCKS = ("contact", "account")
KINDS = {"company": _l("Company"), "person": _l("Person")}
WORDED: dict[str, Callable[[Any], Any]] = {
    "kind": lambda value: KINDS.get(value, value),
    "role": role_word,
    "mobile": formatting.phone_number,
    "client_since": formatting.month_and_year,
    "adviser_id": lambda _value: "",
}
"""How built-in fields are told in words; the others are."""


def fields_of(block: Json) -> list[Json]:
    """Return the fields of a block of the profile."""
    return [field for group in block["groups"] for field in group["fields"]]


def editable(block: Json) -> list[Json]:
    """Return the fields that the client may change."""
    return [field for field in fields_of(block) if field["mode"] != "read_only"] if block["may_edit"] else []


def form_of(block: Json) -> Form:
    """Return the form of what the client may change."""
    values: Json = {"version": block["version"]}
    for field in editable(block):
        values |= form_values([field], {field["name"]: field["value"]}, _prefix(field))
    return Form(values)


def posted(block: Json) -> Form:
    """Return that form as it was sent."""
    return Form.posted("version", *(_prefix(field) + field["name"] for field in editable(block)))


def changes(block: Json, form: Form) -> Json:
    """Return what the portal service takes for what was typed."""
    built_in = {field["name"]: form.value(field["name"]) for field in editable(block) if not field["custom"]}
    if "mobile" in built_in:
        built_in["mobile"] = built_in["mobile"] or None
    own = [field for field in editable(block) if field["custom"]]
    return built_in | ({"custom": typed_values(form, own)} if own else {})


def facts(fields: Iterable[Json]) -> list[tuple[str, str]]:
    """Return label and words of the fields that the client only reads."""
    return [(field_word(field), _in_words(field)) for field in fields]


def document_choices(profile: Json) -> list[tuple[str, str]]:
    """Return the client's documents as choices, where a field to be filled holds a file."""
    blocks = [profile[name] for name in BLOCKS if profile[name]]
    files = [field for block in blocks for field in editable(block) if field["kind"] == "file"]
    if not files:
        return []
    try:
        rows = clients().documents.documents(account_id=current_visitor().account_id, limit=200).rows
    except Problem:
        rows = []
    known = {row["id"]: row["name"] for row in rows}
    named = {field["value"]: field["words"] for field in files if field["value"] and field["words"]}
    return list((named | known).items())


def _prefix(field: Json) -> str:
    return CUSTOM if field["custom"] else ""


def _in_words(field: Json) -> str:
    value: Any = field["value"]
    if field["words"] is not None:
        return str(field["words"])
    if field["custom"]:
        return "" if field["kind"] == "file" else shown_value(field, value)
    return str(WORDED.get(field["name"], str)(value)) if value else ""

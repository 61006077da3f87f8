"""Lists of clients and cases by the firm's own fields: `own.<name>` in the address, `custom.<name>` to sort by."""

from collections.abc import Iterator
from datetime import date

from flask import request
from flask_babel import gettext as _

from gateway.admin.clients.record import own_fields
from gateway.clients import Json
from gateway.custom_fields import field_word, options_of
from gateway.formatting import day
from services.chassis.problems import Problem

PREFIX, MOST = "own.", 5
BOUNDS = ("from", "to")
RANGES = ("date", "number")


def filtered_fields(block: str = "account") -> list[Json]:
    """Return the firm's own fields that the list goes by; none where the service does not answer."""
    try:
        return [field for field in own_fields(block) if field["kind"] != "file"]
    except Problem:
        return []


def names_of(field: Json) -> list[str]:
    """Return the parameters of a field in the address."""
    name = f"{PREFIX}{field['name']}"
    return [f"{name}.{bound}" for bound in BOUNDS] if field["kind"] in RANGES else [name]


def all_names(block: str = "account") -> list[str]:
    """Return every parameter that the address may have."""
    return [name for field in filtered_fields(block) for name in names_of(field)]


def asked_of_own(block: str = "account") -> list[str]:
    """Return what the address asks of the firm's own fields, as the portal service takes it."""
    return [f"{field['name']}:{operator}:{value}" for field, _name, operator, value in _given(block)]


def chosen_of_own(block: str = "account") -> Iterator[tuple[str, str, str]]:
    """Yield each filter that is on: its parameter, what the field is called, what is asked of it."""
    for field, name, operator, value in _given(block):
        word = dict(choices_of(field)).get(value, value)
        if field["kind"] == "date":
            word = day(value)
        told = {"from": _("from %(value)s", value=word), "to": _("up to %(value)s", value=word)}
        yield name, field_word(field), told.get(operator, word)


def choices_of(field: Json) -> list[tuple[str, str]]:
    """Return what may be chosen for a choice or a flag, nothing for other kinds."""
    if field["kind"] == "flag":
        return [("true", _("Yes")), ("false", _("No"))]
    return options_of(field, None) if field["kind"] == "choice" else []


def sorted_by(sort: str) -> Json | None:
    """Return the firm's own field that `sort` names, None where there is none such."""
    wanted = sort.removeprefix("-").removeprefix("custom.")
    if wanted == sort.removeprefix("-"):
        return None
    return next((field for field in filtered_fields() if field["name"] == wanted), None)


def _given(block: str) -> list[tuple[Json, str, str, str]]:
    """Return the field, parameter, operator and value of each filter that makes sense; the first ones."""
    if not any(name.startswith(PREFIX) for name in request.args):
        return []
    found = []
    for field in filtered_fields(block):
        for name in names_of(field):
            value = request.args.get(name, "").strip()[:100]
            if value and _makes_sense(field, value):
                found.append((field, name, _operator(field, name), value))
    return found[:MOST]


def _operator(field: Json, name: str) -> str:
    if field["kind"] in RANGES:
        return name.rpartition(".")[2]
    return "is" if choices_of(field) else "begins"


def _makes_sense(field: Json, value: str) -> bool:
    try:
        match field["kind"]:
            case "date":
                date.fromisoformat(value)
            case "number":
                float(value)
    except ValueError:
        return False
    offered = choices_of(field)
    return not offered or value in dict(offered)

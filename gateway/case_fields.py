"""The fields of a case on its pages: in the form of a new one, as facts, in lists. The firm chooses which (S42)."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from flask import Flask

from gateway import formatting, statuses
from gateway.clients import Json, clients
from gateway.custom_fields import CUSTOM, field_word, form_values, is_custom, shown_value, typed_values, written
from gateway.forms import Form
from services.chassis.problems import Problem

NAMES = {"adviser_id": "assignee_id"}
"""What the cases' API calls a field where it is not the editor's name."""
STATUSES = tuple(statuses.STATUSES["case"])
PRIORITIES = tuple(statuses.STATUSES["priority"])


def install(app: Flask) -> None:
    """Give the templates of `app` the words of a case."""
    app.jinja_env.globals |= {"case_facts": facts, "case_title": title, "case_type_word": type_word}


def title(case: Json) -> str:
    """Return number and title, as people name a case."""
    return f"#{case['number']} {case['title']}"


def type_word(case: Json) -> str:
    """Return the type of a case in the reader's language; "" for none."""
    return written(case.get("case_type_labels"))


def form_names(fields: Iterable[Json]) -> list[str]:
    """Return the names of the fields in a form."""
    names = ((field, str(field["name"])) for field in fields)
    return [CUSTOM + name if is_custom(field) else NAMES.get(name, name) for field, name in names]


def body_of(form: Form, fields: Sequence[Json]) -> Json:
    """Return the case that was typed, as the service takes it."""
    own = [field for field in fields if is_custom(field)]
    names = [str(NAMES.get(field["name"], field["name"])) for field in fields if not is_custom(field)]
    body: Json = {name: form.value(name) or None for name in names}
    for name in ("title", "description"):
        if name in body:
            body[name] = body[name] or ""
    if "priority" in body:
        body["priority"] = body["priority"] or "normal"
    return body | ({"custom": typed_values(form, own)} if own else {})


def choices(asked: Json) -> dict[str, list[tuple[str, str]]]:
    """Return what may be chosen of the built-in fields."""
    return {
        "priority": [(name, str(statuses.status_of("priority", name).word)) for name in asked["priorities"]],
        "case_type": [(kind["value"], written(kind["labels"])) for kind in asked["types"]],
    }


def documents_for(fields: Iterable[Json], account_id: str) -> list[tuple[str, str]]:
    """Return the client's documents as choices, where a field holds a file."""
    if not any(field["kind"] == "file" for field in fields):
        return []
    try:
        rows = clients().documents.documents(account_id=account_id, limit=200).rows
    except Problem:
        return []
    return [(row["id"], row["name"]) for row in rows]


def filled(case: Json, fields: Sequence[Json]) -> Form:
    """Return the form of `fields` with what stands in a case."""
    own = [field for field in fields if is_custom(field)]
    names = [str(NAMES.get(field["name"], field["name"])) for field in fields if not is_custom(field)]
    values = {name: case.get(name) or "" for name in names}
    return Form(values | {"version": case["version"]} | form_values(own, case.get("custom") or {}))


def choices_with(case: Json, asked: Json) -> dict[str, list[tuple[str, str]]]:
    """Return what may be chosen for a case: what is offered, and the retired type that it has."""
    offered = choices(asked)
    if case.get("case_type") and case["case_type"] not in dict(offered["case_type"]):
        offered["case_type"].append((case["case_type"], type_word(case)))
    return offered


def new_key() -> str:
    """Return a key by which a form that is sent twice counts once."""
    return str(uuid4())


def facts(case: Json) -> list[tuple[str, str]]:
    """Return label and words of what stands in the fields of a case that is not in its heading."""
    elsewhere = ("title", "status", "description")
    shown = [field for field in case["fields"] if field["name"] not in elsewhere]
    return [(field_word(field), _words(case, field)) for field in shown]


def _words(case: Json, field: Json) -> str:
    name = field["name"]
    if is_custom(field):
        return shown_value(field, (case.get("custom") or {}).get(name))
    if name == "adviser_id":
        return str((case.get("assignee") or {}).get("name", ""))
    ways: dict[str, Any] = {
        "case_type": lambda: type_word(case),
        "priority": lambda: str(statuses.status_of("priority", case["priority"]).word),
        "opened_on": lambda: formatting.day(case.get("created_at")),
        "due_on": lambda: formatting.date_in_words(case.get("due_on")),
    }
    return str(ways[name]()) if name in ways else ""

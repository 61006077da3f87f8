"""What a request asks, as a form: title, message, the checklist line by line, reminders."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from gateway.clients import Json, clients
from gateway.forms import Form

BLANK, MORE, MOST = 3, 5, 50
PARTS = ("title", "description", "file", "optional")
CONTENT = ("title", "message", "due_on", "due_days", "reminders", "template_id", "key")


def posted(*names: str) -> Form:
    """Return the form as it was sent: what is asked, `names` besides, and every line of the checklist."""
    form = Form.posted(*CONTENT, *names)
    count = request.form.get("lines", "0")
    form.values["lines"] = min(int(count), MOST) if count.isdecimal() else 0
    for number in range(form.values["lines"]):
        for part in PARTS:
            name = f"item_{number}_{part}"
            form.values[name] = request.form.get(name, "").strip()
    return form


def wants_more_lines() -> bool:
    """Return whether more lines of the checklist were asked for; nothing is sent then."""
    return "more" in request.form


def with_more_lines(form: Form) -> Form:
    """Return the form with more lines for the checklist."""
    form.values["lines"] = min(form.value("lines", 0) + MORE, MOST)
    return form


def items_of(form: Form) -> tuple[list[Json], list[int]]:
    """Return the items that were written, and in which line each stands."""
    lines = [number for number in range(form.value("lines", 0)) if form.value(f"item_{number}_title")]
    return [
        {
            "title": form.value(f"item_{number}_title"),
            "description": form.value(f"item_{number}_description"),
            "needs_file": bool(form.value(f"item_{number}_file")),
            "optional": bool(form.value(f"item_{number}_optional")),
        }
        for number in lines
    ], lines


def body_of(form: Form) -> Json:
    """Return what is asked, as the portal service takes it."""
    return {
        "title": form.value("title"),
        "message": form.value("message"),
        "items": items_of(form)[0],
        "reminders": form.value("reminders") == "yes",
    }


def filled(content: Mapping[str, Any], locale: str | None = None, **more: Any) -> Form:
    """Return the form with what a template asks, in the client's language where it was written in that."""
    text = (content.get("texts") or {}).get(locale) or content
    items = content.get("items") or []
    values: Json = {
        "title": text.get("title", ""),
        "message": text.get("message", ""),
        "reminders": "yes" if content.get("reminders", True) else "",
        "due_days": "" if content.get("due_days") is None else str(content["due_days"]),
        "lines": min(max(len(items) + 1, BLANK), MOST),
    }
    for number, item in enumerate(items):
        values |= {
            f"item_{number}_title": item["title"],
            f"item_{number}_description": item["description"],
            f"item_{number}_file": "yes" if item["needs_file"] else "",
            f"item_{number}_optional": "yes" if item["optional"] else "",
        }
    return Form(values | more)


def put_beside_lines(form: Form, under: str = "items.") -> None:
    """Put what is wrong with items of the checklist beside their lines."""
    lines = items_of(form)[1]
    for name in [name for name in form.errors if name.startswith(under)]:
        place, _dot, part = name.removeprefix(under).partition(".")
        at = lines[int(place)] if place.isdecimal() and int(place) < len(lines) else 0
        target = f"item_{at}_{part if part in PARTS else 'title'}"
        texts = " ".join(form.errors.pop(name))
        form.add_error(target, _("Line %(line)s: %(text)s", line=at + 1, text=texts))


def whole_number(form: Form, name: str) -> int | None:
    """Return the number in a field, None for an empty one; what is none becomes an error beside the field."""
    text = str(form.value(name))
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        form.add_error(name, _("Write a whole number."))
        return None
    return int(text)


def template_choices() -> list[tuple[str, str]]:
    """Return the templates that are offered."""
    return [(row["id"], row["title"]) for row in clients().requests.templates(limit=200).rows]

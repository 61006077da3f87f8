"""The form that makes a link to a document: the same in portal and admin."""

from typing import Any
from uuid import uuid4

from gateway.clients import Json, clients
from gateway.forms import Form
from services.chassis.problems import Problem

NAMES = ("days", "most_downloads", "password", "note", "key")


def blank() -> Form:
    """Return the form before anything is typed; its key keeps a link from being made twice."""
    return Form({"days": "7", "key": str(uuid4())})


def posted() -> Form:
    """Return the form as it was sent."""
    return Form.posted(*NAMES)


def make(id: str, form: Form, whole: str, *, of_folder: bool = False) -> Json | None:
    """Make the link to a document or a folder; return it with its address, or None where `form` says what is wrong.

    `whole` is said of a number that is none.
    """
    values: dict[str, Any] = {"note": form.value("note"), "password": form.value("password") or None}
    for name, empty in (("days", 7), ("most_downloads", None)):
        text = form.value(name)
        if text and not (text.isascii() and text.isdecimal() and len(text) < 7):
            form.add_error(name, whole)
        values[name] = int(text) if text and not form.errors.get(name) else empty
    if not form.is_valid():
        return None
    sharing = clients().sharing
    try:
        return (sharing.link_folder if of_folder else sharing.make_link)(id, values, form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        return None

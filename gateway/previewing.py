"""What portal and admin share of reading documents on the page, approving them, and several as one zip."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from gateway.clients import Json, clients
from gateway.edge import downloads
from gateway.forms import Form
from services.chassis.problems import Problem

SHOWN = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp"})
"""What the service draws; other files are downloaded."""
NEAR = 100
"""Among so many documents the next and the previous one are looked for."""


def viewed(document: Json) -> Json:
    """Return what the viewer shows of a document: its pages, what is beside it, and which version it is."""
    part, version = request.args.get("part", 1, type=int), request.args.get("version", type=int)
    shown = clients().previews.preview(document["id"], part=max(1, min(part, 10_000)), version=version)
    query = f"&version={version}" if version else ""
    return {"shown": shown, "version": version, "version_query": query, **_neighbours(document)}


def page_picture(document_id: UUID, number: int) -> Response:
    """Return a page as a picture."""
    width, version = request.args.get("width", type=int), request.args.get("version", type=int)
    return downloads.send(clients().previews.page(str(document_id), number, width=width, version=version))


def archive() -> Response:
    """Return the documents named in the address, or a folder, as one zip."""
    found = clients().previews.archive(request.args.getlist("id")[:500], request.args.get("folder_id"))
    return downloads.send(found)


def decide(document_id: UUID, form: Form) -> bool:
    """Approve or reject as `form` says; return whether that is done, else `form` says why not."""
    decision, number = form.value("decision"), form.value("version_number")
    if decision == "rejected":
        form.require("reason", _("Say in a few words why you reject it."))
    if decision not in ("approved", "rejected") or not number.isdecimal():
        form.add_error("", _("Load the page again and choose once more."))
    return _done(form, lambda: clients().previews.decide(str(document_id), decision, int(number), form.value("reason")))


def ask(document_id: UUID, form: Form) -> bool:
    """Ask for approval with the note of `form`; return whether that is done, else `form` says why not."""
    return _done(form, lambda: clients().previews.ask(str(document_id), form.value("note")))


def decision_form() -> Form:
    """Return the decision as it was sent."""
    return Form.posted("decision", "version_number", "reason")


def _done(form: Form, call: Callable[[], Json]) -> bool:
    if not form.is_valid():
        return False
    try:
        call()
    except Problem as problem:
        form.refuse(problem)
    return form.is_valid()


def _neighbours(document: Json) -> Json:
    """Return the documents before and after this one, as the list of its folder has them."""
    rows = clients().documents.documents(account_id=document["account_id"], limit=NEAR).rows
    ids = [row["id"] for row in rows if row.get("folder_id") == document.get("folder_id")]
    if document["id"] not in ids:
        return {"before": None, "after": None}
    place = ids.index(document["id"])
    return {"before": ids[place - 1] if place else None, "after": ids[place + 1] if place + 1 < len(ids) else None}

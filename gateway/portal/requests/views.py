"""Incoming requests: the list with what is to answer and to sign, one request, and the reply with documents."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway.case_fields import new_key
from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.receiving import receive_files
from gateway.shell import frames
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_requests", __name__)

Answer = str | Response | tuple[str, int]
STATES = ("waiting", "open", "all")


@pages.get("/requests")
@client_page(roles=WORKS)
def list_requests() -> str:
    """What the firm asks: requests to answer and documents to sign, the newest first."""
    chosen = request.args.get("show", "open")
    query = {"state": chosen if chosen in STATES else "open", "cursor": request.args.get("cursor")}
    page = clients().portal.requests(**query)
    return render_template("portal/requests/list.html", page=page, shown=query["state"])


@pages.get("/requests/<uuid:request_id>")
@client_page(roles=WORKS)
def show_request(request_id: UUID) -> str:
    """One request: the firm's messages and documents, the checklist, and the reply."""
    if not current_visitor().acting:
        clients().portal.mark_request_read(str(request_id))
    return _request_page(str(request_id))


@pages.post("/requests/<uuid:request_id>/items/<uuid:item_id>/answer")
@client_page(streams=True, roles=WORKS)
def answer(request_id: UUID, item_id: UUID) -> Answer:
    """Send one thing of the checklist: files, words, or both."""
    received = receive_files(str(current_visitor().account_id), required=False)
    text = f"text_{item_id}"
    part = Form({name: received.fields.get(name, "").strip() for name in (text, "key")})
    documents = list(dict.fromkeys(received.fields.getlist("document") + received.ids))
    if received.error:
        part.add_error("file", received.error)
        return _request_page(str(request_id), part=part, part_id=str(item_id)), 422
    try:
        body = {"message": part.value(text), "document_ids": documents}
        clients().requests.answer(str(request_id), str(item_id), body, part.value("key"))
    except Problem as problem:
        part.refuse(problem)
        for name, field in (("message", text), ("document_ids", "file")):
            if name in part.errors:
                part.errors.setdefault(field, []).extend(part.errors.pop(name))
        return _request_page(str(request_id), part=part, part_id=str(item_id)), 422
    frames().fresh(current_visitor())
    flash(_("It is with the firm."))
    return redirect(url_for(".show_request", request_id=request_id, sent=str(item_id)), 303)


@pages.post("/requests/<uuid:request_id>/reply")
@client_page(streams=True, roles=WORKS)
def reply(request_id: UUID) -> Answer:
    """Send files and a message. Files that arrived with a reply that failed go with the next one."""
    received = receive_files(str(current_visitor().account_id), required=False)
    form = Form({name: received.fields.get(name, "").strip() for name in ("message", "key")})
    found = clients().portal.request(str(request_id))
    if received.error:
        form.add_error("file", received.error)
        return _request_page(str(request_id), form), 422
    documents = [document["id"] for document in found["unsent_documents"]] + received.ids
    documents = list(dict.fromkeys(documents))
    if not form.value("message") and not documents:
        form.add_error("message", _("Write a message or choose a document."))
        return _request_page(str(request_id), form), 422
    try:
        items = _answered(received.fields, documents)
        clients().portal.reply(str(request_id), form.value("message"), documents, items=items, key=form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        return _request_page(str(request_id), form), 422
    frames().fresh(current_visitor())
    flash(_("Your reply is with the firm."))
    return redirect(url_for(".show_request", request_id=request_id, sent="reply"), 303)


def _answered(fields: MultiDict[str, str], documents: list[str]) -> list[dict[str, object]]:
    """Return which items of the checklist the documents answer: those that were ticked."""
    return [{"id": item, "document_ids": documents} for item in fields.getlist("item")] if documents else []


def _request_page(
    request_id: str, form: Form | None = None, *, part: Form | None = None, part_id: str | None = None
) -> str:
    ask = clients().portal.request(request_id)
    return render_template(
        "portal/requests/request.html",
        ask=ask,
        form=form or Form({"key": new_key()}),
        part=part or Form(),
        part_id=part_id,
        keys={item["id"]: new_key() for item in ask["items"]},
    )

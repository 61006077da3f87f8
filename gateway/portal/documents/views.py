"""A client's documents: what the firm shared, what the client sent, and the way to send more."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import shelves
from gateway.clients import Json, clients
from gateway.edge import downloads
from gateway.edge.access import client_page
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.portal.documents.parts import parts_of
from gateway.receiving import receive_files, take_version
from gateway.service_messages import say_problem
from gateway.shell import frames
from services.chassis import clock
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_documents", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/documents")
@client_page(roles=WORKS)
def list_documents() -> str:
    """All documents of the account being looked at, the last changed first."""
    return _list_page()


@pages.post("/documents/upload")
@client_page(streams=True, roles=WORKS)
def upload() -> Answer:
    """Pass the files on to the firm as they arrive; `request_id` and `next` may come with them."""
    account_id = str(current_visitor().account_id)
    received = receive_files(account_id)
    frames().fresh(current_visitor())
    if received.error:
        return _list_page(error=received.error, arrived=received.names), 422
    received.announce()
    return received.back_to(safe_path(received.fields.get("next"), url_for(".list_documents")))


@pages.get("/documents/<uuid:document_id>")
@client_page(roles=WORKS)
def show_document(document_id: UUID) -> str:
    """One document: what it is, its versions, and who opened or changed it."""
    document = clients().documents.document(str(document_id))
    history = clients().documents.history(str(document_id), limit=10)
    context = parts_of(document) | {"document": document, "history": history.rows, "more_history": history.next}
    context["may_undo"] = _may_undo(document)
    return render_template("portal/documents/document.html", **context)


@pages.get("/documents/<uuid:document_id>/content")
@client_page(roles=WORKS)
def content(document_id: UUID) -> Response:
    """The file itself. From here on it counts as opened."""
    version = request.args.get("version", type=int)
    return downloads.send(clients().documents.content(str(document_id), version=version, headers=downloads.asked()))


@pages.get("/documents/<uuid:document_id>/history")
@client_page(roles=WORKS)
def show_history(document_id: UUID) -> str:
    """All that was done with a document, the latest first."""
    document = clients().documents.document(str(document_id))
    page = clients().documents.history(str(document_id), cursor=request.args.get("cursor"))
    return render_template("portal/documents/history.html", document=document, page=page)


@pages.post("/documents/<uuid:document_id>/versions")
@client_page(streams=True, roles=WORKS)
def add_version(document_id: UUID) -> Response:
    """Pass a new version on to the firm as it arrives."""
    take_version(str(document_id))
    return redirect(url_for(".show_document", document_id=document_id), 303)


@pages.post("/documents/<uuid:document_id>/undo")
@client_page(roles=WORKS)
def undo(document_id: UUID) -> Response:
    """Take back what was uploaded within the hour."""
    try:
        clients().folders.undo(str(document_id))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "error")
        return redirect(url_for(".show_document", document_id=document_id), 303)
    flash(_("It is taken back. The firm does not see it among your documents any more."))
    return redirect(url_for(".list_documents"), 303)


def _may_undo(document: Json) -> bool:
    visitor = current_visitor()
    own = document["origin"] == "client" and document["uploaded_by"]["id"] == str(visitor.id)
    alone = not document["request_id"] and document["version_number"] == 1
    return own and alone and clock.now() - datetime.fromisoformat(document["uploaded_at"]) < timedelta(minutes=59)


def _list_page(error: str | None = None, arrived: list[str] | None = None) -> str:
    query = shelves.asked()
    page = shelves.shelf(query, str(current_visitor().account_id))
    if arrived:
        error = _("Arrived: %(names)s. Then: %(error)s", names=", ".join(arrived), error=error)
    return render_template("portal/documents/list.html", page=page, query=query, error=error)

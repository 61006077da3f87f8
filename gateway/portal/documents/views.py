"""A client's documents: what the firm shared, what the client sent, and the way to send more."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge import downloads
from gateway.edge.access import client_page
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.portal.documents.parts import parts_of
from gateway.receiving import receive_files
from gateway.shell import frames
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
    history = clients().documents.history(str(document_id))
    context = parts_of(document) | {"document": document, "history": history.rows}
    return render_template("portal/documents/document.html", **context)


@pages.get("/documents/<uuid:document_id>/content")
@client_page(roles=WORKS)
def content(document_id: UUID) -> Response:
    """The file itself. From here on it counts as opened."""
    version = request.args.get("version", type=int)
    return downloads.send(clients().documents.content(str(document_id), version=version, headers=downloads.asked()))


def _list_page(error: str | None = None, arrived: list[str] | None = None) -> str:
    query = {"q": request.args.get("q", "").strip()[:100], "cursor": request.args.get("cursor")}
    page = clients().documents.documents(**query)
    if arrived:
        error = _("Arrived: %(names)s. Then: %(error)s", names=", ".join(arrived), error=error)
    return render_template("portal/documents/list.html", page=page, query=query, error=error)

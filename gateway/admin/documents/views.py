"""Documents in the admin: the library, a client's tab, one document, and what is done with it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import shelves
from gateway.admin.clients.tabs import CLIENT_TABS
from gateway.admin.documents.parts import parts_of
from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.receiving import receive_files
from services.chassis import observability
from services.chassis.problems import Problem

pages = Blueprint("admin_documents", __name__)
log = observability.logger(__name__)

Answer = str | Response | tuple[str, int]


@pages.get("/admin/documents")
@staff_page("documents.read")
def library() -> str:
    """The documents of all clients, the last changed first; the recycle bin is one of its chips."""
    query = shelves.asked()
    return render_template("admin/documents/library.html", page=shelves.documents(query), query=query)


@pages.get("/admin/documents/<uuid:document_id>")
@staff_page("documents.read")
def show_document(document_id: UUID) -> str:
    """One document: what it is, its versions, its history, and what can be done with it."""
    document = clients().documents.document(str(document_id))
    history = clients().documents.history(str(document_id), limit=10)
    _take_off_work_list(document)
    context = parts_of(document) | {"document": document, "history": history.rows, "more_history": history.next}
    return render_template("admin/documents/document.html", **context)


@pages.get("/admin/documents/<uuid:document_id>/content")
@staff_page("documents.read")
def content(document_id: UUID) -> Response:
    """The file itself."""
    version = request.args.get("version", type=int)
    return downloads.send(clients().documents.content(str(document_id), version=version, headers=downloads.asked()))


@pages.post("/admin/clients/<uuid:account_id>/documents")
@staff_page("documents.write", streams=True)
def upload(account_id: UUID) -> Answer:
    """Add files to a client's documents; with the tick they are shared at once."""
    received = receive_files(str(account_id), share=lambda fields: fields.get("share") == "yes")
    place = url_for("admin_clients.show_client", account_id=account_id, tab="documents")
    if received.error:
        for name in received.names:
            flash(_("%(name)s has arrived.", name=name))
        flash(received.error, "error")
        return redirect(place, 303)
    received.announce()
    return received.back_to(safe_path(received.fields.get("next"), place))


@pages.post("/admin/documents/<uuid:document_id>/share")
@staff_page("documents.write")
def share(document_id: UUID) -> Response:
    """Let the client see it; they are notified."""
    document = clients().documents.share(str(document_id))
    flash(_("%(name)s is shared. The client is notified.", name=document["name"]))
    return _back(document)


@pages.post("/admin/documents/<uuid:document_id>/unshare")
@staff_page("documents.write")
def unshare(document_id: UUID) -> Response:
    """Let only the firm see it again."""
    document = clients().documents.unshare(str(document_id))
    flash(_("Only the firm sees %(name)s now.", name=document["name"]))
    return _back(document)


@pages.get("/admin/documents/<uuid:document_id>/delete")
@staff_page("documents.write")
def ask_delete(document_id: UUID) -> str:
    """Ask before a document goes to the recycle bin."""
    document = clients().documents.document(str(document_id))
    return confirm(
        _("Delete %(name)s", name=document["name"]),
        _("It goes to the recycle bin, from which you can restore it. The client does not see it any more."),
        action=url_for(".delete", document_id=document_id),
        button=_("Delete"),
        cancel=url_for(".show_document", document_id=document_id),
    )


@pages.post("/admin/documents/<uuid:document_id>/delete")
@staff_page("documents.write")
def delete(document_id: UUID) -> Response:
    """Move it to the recycle bin."""
    document = clients().documents.document(str(document_id))
    clients().documents.delete(str(document_id))
    flash(_("%(name)s is in the recycle bin.", name=document["name"]))
    return redirect(url_for("admin_clients.show_client", account_id=document["account_id"], tab="documents"), 303)


@pages.post("/admin/documents/<uuid:document_id>/restore")
@staff_page("documents.write")
def restore(document_id: UUID) -> Response:
    """Take it out of the recycle bin."""
    document = clients().documents.restore(str(document_id))
    flash(_("%(name)s is restored.", name=document["name"]))
    return _back(document)


def tab(account_id: str) -> str:
    """Return the documents of one client, and the form that adds some."""
    query = shelves.asked()
    page = shelves.documents(query, account_id) if query["status"] == "deleted" else shelves.shelf(query, account_id)
    return render_template(
        "admin/documents/tab.html", page=page, query=query, account_id=account_id, level_words=level_words()
    )


def level_words() -> dict[str, str]:
    """Return the words for what a folder lets people do."""
    return {"none": _("nothing, private to staff"), "view": _("view"), "upload": _("view and upload")}


CLIENT_TABS["documents"] = tab


def _take_off_work_list(document: Json) -> None:
    if document["origin"] == "client":
        try:
            clients().portal.mark_seen("document_uploaded", document["id"])
        except Problem as problem:
            log.warning("work_list_kept", document=document["id"], status=problem.status)


def _back(document: Json) -> Response:
    return redirect(safe_path(request.form.get("next"), url_for(".show_document", document_id=document["id"])), 303)

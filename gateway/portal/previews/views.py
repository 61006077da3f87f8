"""The client reads documents page by page, approves or rejects them, and takes several as one zip."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import previewing
from gateway.clients import Json, clients
from gateway.dialogs import render_dialog
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.portal.documents.parts import PARTS
from gateway.shell import frames
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_previews", __name__)

Answer = str | Response | tuple[str, int]
DOCUMENT = "/documents/<uuid:document_id>"


@pages.get(f"{DOCUMENT}/view")
@client_page(roles=WORKS)
def view(document_id: UUID) -> str:
    """A document page by page. From here on it counts as opened."""
    document = clients().documents.document(str(document_id))
    found = previewing.viewed(document)
    frames().fresh(current_visitor())
    return render_template("portal/previews/view.html", document=document, **found)


@pages.get(f"{DOCUMENT}/view/pages/<int:number>")
@client_page(roles=WORKS)
def page(document_id: UUID, number: int) -> Response:
    """One page as a picture."""
    return previewing.page_picture(document_id, number)


@pages.get("/documents/archive")
@client_page(roles=WORKS)
def archive() -> Response:
    """Several documents, or a folder, as one zip."""
    return previewing.archive()


@pages.get(f"{DOCUMENT}/reject")
@client_page(roles=WORKS)
def ask_reason(document_id: UUID) -> str:
    """Ask why the document is rejected."""
    return _reject_page(document_id, Form())


@pages.post(f"{DOCUMENT}/decision")
@client_page(roles=WORKS)
def decide(document_id: UUID) -> Answer:
    """Approve or reject what the firm asks about."""
    form = previewing.decision_form()
    if not previewing.decide(document_id, form):
        return _reject_page(document_id, form), 422
    frames().fresh(current_visitor())
    approved = form.value("decision") == "approved"
    flash(_("You have approved the document.") if approved else _("You have rejected it. The firm is told why."))
    return redirect(url_for("portal_documents.show_document", document_id=document_id), 303)


def _reject_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_dialog("portal/previews/reject.html", document=document, form=form)


def _approvals(document: Json) -> Json:
    return clients().previews.approvals(document["id"])


PARTS["approvals"] = _approvals

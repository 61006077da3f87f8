"""Staff reads documents page by page, asks for approval, approves or rejects, and takes several as one zip."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import previewing
from gateway.admin.documents.parts import PARTS
from gateway.clients import Json, clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.forms import Form

pages = Blueprint("admin_previews", __name__)

Answer = str | Response | tuple[str, int]
DOCUMENT = "/admin/documents/<uuid:document_id>"


@pages.get(f"{DOCUMENT}/view")
@staff_page("documents.read")
def view(document_id: UUID) -> str:
    """A document page by page."""
    document = clients().documents.document(str(document_id))
    return render_template("admin/previews/view.html", document=document, **previewing.viewed(document))


@pages.get(f"{DOCUMENT}/view/pages/<int:number>")
@staff_page("documents.read")
def page(document_id: UUID, number: int) -> Response:
    """One page as a picture."""
    return previewing.page_picture(document_id, number)


@pages.get("/admin/documents/archive")
@staff_page("documents.read")
def archive() -> Response:
    """Several documents, or a folder, as one zip."""
    return previewing.archive()


@pages.post("/admin/documents/archive")
@staff_page("documents.read")
def take() -> Response:
    """Lead to the zip of what was ticked in a list; the address does not carry the form's secret."""
    ids = request.form.getlist("id")[:500]
    return redirect(url_for(".archive", id=ids) if ids else url_for("admin_documents.library"), 303)


@pages.get(f"{DOCUMENT}/approval")
@staff_page("documents.write")
def ask_note(document_id: UUID) -> str:
    """Ask what the client is told with the question."""
    return _ask_page(document_id, Form())


@pages.post(f"{DOCUMENT}/approval")
@staff_page("documents.write")
def ask(document_id: UUID) -> Answer:
    """Ask the client for approval."""
    form = Form.posted("note")
    if not previewing.ask(document_id, form):
        return _ask_page(document_id, form), 422
    flash(_("The client is asked for approval and notified."))
    return _back(document_id)


@pages.get(f"{DOCUMENT}/reject")
@staff_page("documents.write")
def ask_reason(document_id: UUID) -> str:
    """Ask why what the client sent is rejected."""
    return _reject_page(document_id, Form())


@pages.post(f"{DOCUMENT}/decision")
@staff_page("documents.write")
def decide(document_id: UUID) -> Answer:
    """Approve or reject what the client sent."""
    form = previewing.decision_form()
    if not previewing.decide(document_id, form):
        return _reject_page(document_id, form), 422
    approved = form.value("decision") == "approved"
    flash(_("Approved. The client is told.") if approved else _("Rejected. The client is told why."))
    return _back(document_id)


@pages.get(f"{DOCUMENT}/approval/undo")
@staff_page("documents.write")
def ask_undo(document_id: UUID) -> str:
    """Ask before a question or a decision is taken back."""
    return confirm(
        _("Take back"),
        _("The document then counts as neither approved nor rejected. The history keeps what was said."),
        action=url_for(".undo", document_id=document_id),
        button=_("Take back"),
        cancel=url_for("admin_documents.show_document", document_id=document_id),
    )


@pages.post(f"{DOCUMENT}/approval/undo")
@staff_page("documents.write")
def undo(document_id: UUID) -> Response:
    """Take it back."""
    clients().previews.undo(str(document_id))
    flash(_("It is taken back."))
    return _back(document_id)


def _ask_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_dialog("admin/previews/ask.html", document=document, form=form)


def _reject_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_dialog("admin/previews/reject.html", document=document, form=form)


def _back(document_id: UUID) -> Response:
    return redirect(url_for("admin_documents.show_document", document_id=document_id), 303)


def _approvals(document: Json) -> Json:
    return clients().previews.approvals(document["id"])


PARTS["approvals"] = _approvals

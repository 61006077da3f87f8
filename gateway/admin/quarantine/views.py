"""The quarantine: what the virus check held back, and what staff decides about it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_quarantine", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/admin/quarantine")
@staff_page("documents.read")
def show() -> str:
    """How the scanner does, and what it held back."""
    quarantine = clients().quarantine
    page = quarantine.held(cursor=request.args.get("cursor"))
    return render_template("admin/quarantine/list.html", page=page, scanner=quarantine.scanner())


@pages.get("/admin/quarantine/<uuid:document_id>/release")
@staff_page("documents.release")
def ask_release(document_id: UUID) -> str:
    """Ask for the reason."""
    return _release_page(document_id, Form())


@pages.post("/admin/quarantine/<uuid:document_id>/release")
@staff_page("documents.release")
def release(document_id: UUID) -> Answer:
    """Let it be opened after all."""
    form = Form.posted("reason")
    if not form.require("reason", _("Write why it may be opened.")):
        return _release_page(document_id, form), 422
    try:
        document = clients().quarantine.release(str(document_id), form.value("reason"))
    except Problem as problem:
        form.refuse(problem)
        return _release_page(document_id, form), 422
    flash(_("%(name)s can be opened now.", name=document["name"]))
    return redirect(url_for(".show"), 303)


@pages.get("/admin/quarantine/<uuid:document_id>/discard")
@staff_page("documents.release")
def ask_discard(document_id: UUID) -> str:
    """Ask before the file is removed for good."""
    document = clients().documents.document(str(document_id))
    return confirm(
        _("Remove %(name)s", name=document["name"]),
        _("The file is removed for good and cannot be restored. Its history stays."),
        action=url_for(".discard", document_id=document_id),
        button=_("Remove for good"),
        cancel=url_for(".show"),
    )


@pages.post("/admin/quarantine/<uuid:document_id>/discard")
@staff_page("documents.release")
def discard(document_id: UUID) -> Response:
    """Remove the file for good."""
    clients().quarantine.discard(str(document_id))
    flash(_("The file is removed."))
    return redirect(url_for(".show"), 303)


@pages.get("/admin/documents/<uuid:document_id>/check")
@staff_page("documents.read")
def check(document_id: UUID) -> Response:
    """Have the page loaded again once the document is checked; nothing until then."""
    over = clients().documents.document(str(document_id)).get("scan") != "waiting"
    return Response(status=200 if over else 204, headers={"HX-Refresh": "true"} if over else {})


def _release_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_dialog("admin/quarantine/release.html", document=document, form=form)

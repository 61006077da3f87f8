"""Links to documents: all of the firm's, one with its uses, the form that makes one; and locks until paid."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import sharing_forms
from gateway.admin.documents.parts import PARTS
from gateway.clients import Json, clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.forms import Form
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_sharing", __name__)

Answer = str | Response | tuple[str, int]
DOCUMENT = "/admin/documents/<uuid:document_id>"
LINK = "/admin/share-links/<uuid:link_id>"


@pages.get("/admin/share-links")
@staff_page("documents.read")
def list_links() -> str:
    """All links of the firm, the newest first."""
    query = {name: request.args.get(name, "").strip()[:100] for name in ("q", "state", "cursor")}
    if query["state"] not in ("active", "over"):
        query["state"] = ""
    return render_template("admin/sharing/links.html", page=clients().sharing.links(**query), query=query)


@pages.get(LINK)
@staff_page("documents.read")
def show_link(link_id: UUID) -> str:
    """One link: who made it, and who used it when and from where."""
    return render_template("admin/sharing/link.html", link=clients().sharing.link(str(link_id)))


@pages.get(f"{LINK}/revoke")
@staff_page("documents.write")
def ask_revoke(link_id: UUID) -> str:
    """Ask before a link is closed."""
    link = clients().sharing.link(str(link_id))
    return confirm(
        _("Close link"),
        _(
            "Whoever has the link to %(name)s gets nothing by it any more. It cannot be opened again.",
            name=link["name"],
        ),
        action=url_for(".revoke", link_id=link_id),
        button=_("Close link"),
        cancel=url_for(".show_link", link_id=link_id),
    )


@pages.post(f"{LINK}/revoke")
@staff_page("documents.write")
def revoke(link_id: UUID) -> Response:
    """Close it."""
    clients().sharing.revoke(str(link_id))
    flash(_("The link is closed."))
    return redirect(url_for(".show_link", link_id=link_id), 303)


@pages.get(f"{DOCUMENT}/link")
@staff_page("documents.write")
def ask_link(document_id: UUID) -> str:
    """Ask what a link to a document may do."""
    return _link_page(document_id, sharing_forms.blank())


@pages.post(f"{DOCUMENT}/link")
@staff_page("documents.write")
def make_link(document_id: UUID) -> Answer:
    """Make it, and show its address this once."""
    form = sharing_forms.posted()
    made = sharing_forms.make(str(document_id), form, _("Write a whole number."))
    if made is None:
        return _link_page(document_id, form), 422
    return render_template("admin/sharing/made.html", link=made, back=f"/admin/documents/{document_id}")


@pages.get("/admin/folders/<uuid:folder_id>/link")
@staff_page("documents.write")
def ask_folder_link(folder_id: UUID) -> str:
    """Ask what a link to a folder may do."""
    return _folder_page(folder_id, sharing_forms.blank())


@pages.post("/admin/folders/<uuid:folder_id>/link")
@staff_page("documents.write")
def make_folder_link(folder_id: UUID) -> Answer:
    """Make it, and show its address this once."""
    form = sharing_forms.posted()
    made = sharing_forms.make(str(folder_id), form, _("Write a whole number."), of_folder=True)
    if made is None:
        return _folder_page(folder_id, form), 422
    return render_template("admin/sharing/made.html", link=made, back=_documents_of(made))


@pages.get(f"{DOCUMENT}/lock")
@staff_page("documents.write")
def ask_lock(document_id: UUID) -> str:
    """Ask for what is to be paid."""
    return _lock_page(document_id, Form())


@pages.post(f"{DOCUMENT}/lock")
@staff_page("documents.write")
def lock(document_id: UUID) -> Answer:
    """Close the document to its client until then."""
    form = Form.posted("reference", "amount", "text")
    values: Json = {"reference": form.value("reference"), "text": form.value("text")}
    if form.value("amount"):
        values |= {"amount": _minor(form.value("amount")), "currency": frames().brand().get("currency") or "EUR"}
        if values["amount"] is None:
            form.add_error("amount", _("Write an amount such as 420.00."))
    if form.is_valid():
        try:
            clients().sharing.lock(str(document_id), values)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The document is locked. The client sees it and gets it once it is paid."))
            return redirect(url_for("admin_documents.show_document", document_id=document_id), 303)
    return _lock_page(document_id, form), 422


@pages.get(f"{DOCUMENT}/unlock")
@staff_page("documents.write")
def ask_unlock(document_id: UUID) -> str:
    """Ask for the reason."""
    return _unlock_page(document_id, Form())


@pages.post(f"{DOCUMENT}/unlock")
@staff_page("documents.write")
def unlock(document_id: UUID) -> Answer:
    """Open it though it is not paid."""
    form = Form.posted("reason")
    try:
        clients().sharing.unlock(str(document_id), form.value("reason"))
    except Problem as problem:
        form.refuse(problem)
        return _unlock_page(document_id, form), 422
    flash(_("The document is unlocked."))
    return redirect(url_for("admin_documents.show_document", document_id=document_id), 303)


def part(document: Json) -> dict[str, Any]:
    """Return what a document's own page shows of links and of its lock."""
    sharing = clients().sharing
    return {
        "rows": sharing.links(document_id=document["id"], limit=20).rows,
        "lock": sharing.lock_of(document["id"]) if document.get("locked") else None,
    }


PARTS["sharing"] = part


def _minor(text: str) -> int | None:
    """Return an amount as people type it, in minor units: 420, 420.50 or 420,50."""
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    minor = amount * 100
    return int(minor) if minor == minor.to_integral_value() and 0 < minor <= 10**12 else None


def _link_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    action, back = url_for(".make_link", document_id=document_id), f"/admin/documents/{document_id}"
    return render_template("admin/sharing/new.html", document=document, form=form, action=action, back=back)


def _folder_page(folder_id: UUID, form: Form) -> str:
    folder = clients().sharing.folder(str(folder_id))
    context = {"action": url_for(".make_folder_link", folder_id=folder_id), "back": _documents_of(folder)}
    return render_template("admin/sharing/new.html", document=folder, form=form, of_folder=True, **context)


def _documents_of(found: Json) -> str:
    return f"/admin/clients/{found['account_id']}?tab=documents"


def _lock_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_dialog("admin/sharing/lock.html", document=document, form=form)


def _unlock_page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_dialog("admin/sharing/unlock.html", document=document, form=form)

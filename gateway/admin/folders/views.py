"""Folders of a client's documents: made, renamed, moved, removed, and what the client's people may do in each."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.forms import Form
from gateway.receiving import take_version
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_folders", __name__)

Answer = str | Response | tuple[str, int]
ROLES = ("owner", "member")
ACTS = ("move", "share", "unshare", "delete", "restore", "purge")


@pages.get("/admin/clients/<uuid:account_id>/folders/new")
@staff_page("documents.write")
def blank(account_id: UUID) -> str:
    """The form of a new folder; `parent` is where it goes."""
    parent = _parent(request.args.get("parent"))
    return _form(Form({"parent": parent["id"] if parent else ""}), str(account_id), None, parent)


@pages.post("/admin/clients/<uuid:account_id>/folders/new")
@staff_page("documents.write")
def add(account_id: UUID) -> Answer:
    """Make it."""
    form = Form.posted("name", "parent", *ROLES)
    parent = _parent(form.value("parent"))
    if form.require("name", _("Give it a name.")):
        body = {"name": form.value("name"), "parent_id": parent["id"] if parent else None, "rights": _rights(form)}
        try:
            folder = clients().folders.create(str(account_id), body)
        except Problem as problem:
            _refuse(form, problem)
        else:
            flash(_("The folder %(name)s is there.", name=folder["name"]))
            return redirect(shelf_path(str(account_id), folder["id"]), 303)
    return _form(form, str(account_id), None, parent), 422


@pages.get("/admin/folders/<uuid:folder_id>")
@staff_page("documents.write")
def edit(folder_id: UUID) -> str:
    """The form of a folder that is there."""
    folder = clients().folders.folder(str(folder_id))
    return _form(Form({"name": folder["name"]} | folder["rights"]), folder["account_id"], folder, None)


@pages.post("/admin/folders/<uuid:folder_id>")
@staff_page("documents.write")
def change(folder_id: UUID) -> Answer:
    """Save its name and what it lets people do."""
    folder = clients().folders.folder(str(folder_id))
    form = Form.posted("name", *ROLES)
    if form.require("name", _("Give it a name.")):
        try:
            clients().folders.change(str(folder_id), {"name": form.value("name"), "rights": _rights(form)})
        except Problem as problem:
            _refuse(form, problem)
        else:
            flash(_("The folder is saved."))
            return redirect(shelf_path(folder["account_id"], str(folder_id)), 303)
    return _form(form, folder["account_id"], folder, None), 422


@pages.get("/admin/folders/<uuid:folder_id>/move")
@staff_page("documents.write")
def ask_move(folder_id: UUID) -> str:
    """Ask where a folder goes."""
    folder = clients().folders.folder(str(folder_id))
    places = [place for place in clients().folders.tree(folder["account_id"]) if place["id"] != folder["id"]]
    heading = _("Move %(name)s", name=folder["name"])
    return _ask_where(heading, url_for(".move", folder_id=folder_id), places, folder["parent_id"], folder["account_id"])


@pages.post("/admin/folders/<uuid:folder_id>/move")
@staff_page("documents.write")
def move(folder_id: UUID) -> Response:
    """Put it there."""
    folder = clients().folders.folder(str(folder_id))
    try:
        clients().folders.move(str(folder_id), request.form.get("folder") or None)
        flash(_("The folder is moved."))
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        flash(say_problem(problem), "error")
    return redirect(shelf_path(folder["account_id"], str(folder_id)), 303)


@pages.get("/admin/folders/<uuid:folder_id>/remove")
@staff_page("documents.write")
def ask_remove(folder_id: UUID) -> str:
    """Ask where the content of a folder goes before it is removed."""
    folder = clients().folders.folder(str(folder_id))
    return render_dialog(
        "admin/folders/remove.html", folder=folder, back=shelf_path(folder["account_id"], folder["id"])
    )


@pages.post("/admin/folders/<uuid:folder_id>/remove")
@staff_page("documents.write")
def remove(folder_id: UUID) -> Response:
    """Remove it."""
    folder = clients().folders.folder(str(folder_id))
    clients().folders.remove(str(folder_id), "up" if request.form.get("contents") == "up" else "bin")
    flash(_("The folder %(name)s is removed.", name=folder["name"]))
    return redirect(shelf_path(folder["account_id"], folder["parent_id"]), 303)


@pages.post("/admin/clients/<uuid:account_id>/folders/defaults")
@staff_page("documents.write")
def add_defaults(account_id: UUID) -> Response:
    """Make the firm's default folders for a client that has them not."""
    clients().folders.create_defaults(str(account_id))
    flash(_("The default folders are there."))
    return redirect(shelf_path(str(account_id), None), 303)


@pages.get("/admin/documents/<uuid:document_id>/move")
@staff_page("documents.write")
def ask_move_document(document_id: UUID) -> str:
    """Ask where a document goes."""
    document = clients().documents.document(str(document_id))
    places = clients().folders.tree(document["account_id"])
    heading = _("Move %(name)s", name=document["name"])
    return _ask_where(
        heading, url_for(".act"), places, document["folder_id"], document["account_id"], ids=[document["id"]]
    )


@pages.get("/admin/clients/<uuid:account_id>/documents/move")
@staff_page("documents.write")
def ask_move_several(account_id: UUID) -> str:
    """Ask where the ticked documents go."""
    ids = request.args.getlist("id")[:200]
    heading = ngettext("Move %(num)s document", "Move %(num)s documents", len(ids))
    return _ask_where(heading, url_for(".act"), clients().folders.tree(str(account_id)), None, str(account_id), ids=ids)


@pages.post("/admin/documents/act")
@staff_page("documents.write")
def act() -> Response:
    """Do the same to all ticked documents; to move them without saying where asks for it."""
    ids, wanted = request.form.getlist("id")[:200], request.form.get("act", "")
    back = safe_path(request.form.get("next"), url_for("admin_documents.library"))
    if not ids or wanted not in ACTS:
        flash(_("Tick the documents first."), "error")
        return redirect(back, 303)
    if wanted == "move" and "folder" not in request.form:
        account_id = request.form.get("account_id", "")
        return redirect(url_for(".ask_move_several", account_id=UUID(account_id), id=ids), 303)
    answer = clients().folders.bulk(ids, wanted, request.form.get("folder") or None)
    if done := len(answer["done"]):
        flash(ngettext("Done for %(num)s document.", "Done for %(num)s documents.", done))
    if refused := len(answer["refused"]):
        flash(ngettext("%(num)s could not be changed.", "%(num)s could not be changed.", refused), "error")
    return redirect(back, 303)


@pages.get("/admin/documents/<uuid:document_id>/edit")
@staff_page("documents.write")
def edit_document(document_id: UUID) -> str:
    """The form of a document's name and tags."""
    document = clients().documents.document(str(document_id))
    form = Form({"name": document["name"], "tags": ", ".join(document["tags"])})
    return render_dialog("admin/folders/document.html", form=form, document=document)


@pages.post("/admin/documents/<uuid:document_id>/edit")
@staff_page("documents.write")
def change_document(document_id: UUID) -> Answer:
    """Save a document's name and tags."""
    document = clients().documents.document(str(document_id))
    form = Form.posted("name", "tags")
    if form.require("name", _("Give it a name.")):
        try:
            clients().folders.rename(str(document_id), form.value("name"))
            clients().folders.tag(str(document_id), [tag for tag in form.value("tags").split(",") if tag.strip()])
        except Problem as problem:
            _refuse(form, problem)
        else:
            flash(_("The document is saved."))
            return redirect(url_for("admin_documents.show_document", document_id=document_id), 303)
    return render_dialog("admin/folders/document.html", form=form, document=document), 422


@pages.get("/admin/documents/<uuid:document_id>/history")
@staff_page("documents.read")
def show_history(document_id: UUID) -> str:
    """All that was done with a document, the latest first."""
    document = clients().documents.document(str(document_id))
    page = clients().documents.history(str(document_id), cursor=request.args.get("cursor"))
    return render_template("admin/folders/history.html", document=document, page=page)


@pages.post("/admin/documents/<uuid:document_id>/versions")
@staff_page("documents.write", streams=True)
def add_version(document_id: UUID) -> Response:
    """Pass a new version on as it arrives."""
    take_version(str(document_id))
    return redirect(url_for("admin_documents.show_document", document_id=document_id), 303)


@pages.post("/admin/documents/<uuid:document_id>/versions/<int:number>/restore")
@staff_page("documents.write")
def restore_version(document_id: UUID, number: int) -> Response:
    """Let an older version count again."""
    document = clients().folders.restore_version(str(document_id), number)
    flash(_("Version %(number)s has arrived.", number=document["version_number"]))
    return redirect(url_for("admin_documents.show_document", document_id=document_id), 303)


@pages.get("/admin/documents/<uuid:document_id>/purge")
@staff_page("documents.write")
def ask_purge(document_id: UUID) -> str:
    """Ask before a document goes for good."""
    document = clients().documents.document(str(document_id))
    return confirm(
        _("Delete %(name)s for good", name=document["name"]),
        _("The document, all its versions and its history are gone. This cannot be undone."),
        action=url_for(".act"),
        button=_("Delete for good"),
        cancel=url_for("admin_documents.show_document", document_id=document_id),
        fields={"id": document["id"], "act": "purge", "next": url_for("admin_documents.library", show="deleted")},
    )


def shelf_path(account_id: str, folder_id: str | None) -> str:
    """Return the address of a folder in the client's tab, or of the top."""
    return url_for("admin_clients.show_client", account_id=account_id, tab="documents", folder=folder_id)


def _ask_where(
    heading: str, action: str, places: list[Json], chosen: str | None, account_id: str, ids: list[str] | None = None
) -> str:
    context = {"heading": heading, "action": action, "places": places, "chosen": chosen, "ids": ids or []}
    return render_dialog("admin/folders/where.html", back=shelf_path(account_id, chosen), **context)


def _form(form: Form, account_id: str, folder: Json | None, parent: Json | None) -> str:
    path = url_for(".change", folder_id=folder["id"]) if folder else url_for(".add", account_id=account_id)
    place = (folder["id"] if folder else None) or (parent["id"] if parent else None)
    context = {"form": form, "folder": folder, "parent": parent, "path": path, "back": shelf_path(account_id, place)}
    return render_dialog("admin/folders/folder.html", **context)


def _parent(folder_id: str | None) -> Json | None:
    try:
        return clients().folders.folder(str(UUID(folder_id or "")))
    except ValueError:
        return None


def _rights(form: Form) -> dict[str, str]:
    return {role: form.value(role) for role in ROLES if form.value(role) in ("none", "view", "upload")}


def _refuse(form: Form, problem: Problem) -> None:
    form.refuse(problem)
    for role in ROLES:
        if texts := form.errors.pop(f"rights.{role}", None):
            form.errors[role] = texts
    if problem.code == "folder_name_taken":
        form.errors.setdefault("name", []).extend(form.errors.pop("", []))

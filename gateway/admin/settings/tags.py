"""The firm's tags: added, renamed, recoloured, merged, deleted."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_tags", __name__)

Answer = str | Response | tuple[str, int]
PATH = "/admin/settings/tags"


@pages.get(PATH)
@staff_page("settings.write")
def tags() -> str:
    """Show every tag with how many clients have it."""
    return render_template("admin/settings/tags.html", tags=clients().lists.counted_tags(), path=PATH)


@pages.get(f"{PATH}/new")
@staff_page("settings.write")
def ask_new() -> str:
    """Ask for the name and the colour of a new tag."""
    return _page(None, Form({"color": "blue"}))


@pages.post(f"{PATH}/new")
@staff_page("settings.write")
def add() -> Answer:
    """Add a tag."""
    form = Form.posted("name", "color")
    try:
        clients().lists.add_tag(form.values)
    except Problem as problem:
        form.refuse(problem)
        return _page(None, form), 422
    return _saved()


@pages.get(f"{PATH}/<uuid:tag_id>")
@staff_page("settings.write")
def ask_change(tag_id: UUID) -> str:
    """Ask for another name or colour."""
    tag = _tag(tag_id)
    return _page(tag, Form({"name": tag["name"], "color": tag["color"]}))


@pages.post(f"{PATH}/<uuid:tag_id>")
@staff_page("settings.write")
def change(tag_id: UUID) -> Answer:
    """Save name and colour, on every client."""
    form = Form.posted("name", "color")
    try:
        clients().lists.change_tag(str(tag_id), form.values)
    except Problem as problem:
        form.refuse(problem)
        return _page(_tag(tag_id), form), 422
    return _saved()


@pages.get(f"{PATH}/<uuid:tag_id>/merge")
@staff_page("settings.write")
def ask_merge(tag_id: UUID) -> str:
    """Ask which tag takes over."""
    return _merge_page(tag_id, Form())


@pages.post(f"{PATH}/<uuid:tag_id>/merge")
@staff_page("settings.write")
def merge(tag_id: UUID) -> Answer:
    """Put the clients of a tag under another one."""
    form = Form.posted("into_id")
    if not form.value("into_id"):
        form.errors["into_id"] = [_("Choose a tag.")]
        return _merge_page(tag_id, form), 422
    try:
        taken = clients().lists.merge_tag(str(tag_id), form.value("into_id"))
    except Problem as problem:
        form.refuse(problem)
        return _merge_page(tag_id, form), 422
    flash(_("The tags are one now: %(name)s.", name=taken["name"]))
    return redirect(PATH, 303)


@pages.get(f"{PATH}/<uuid:tag_id>/delete")
@staff_page("settings.write")
def ask_delete(tag_id: UUID) -> str:
    """Ask before a tag goes."""
    tag = _tag(tag_id)
    lost = ngettext("It goes off %(num)s client.", "It goes off %(num)s clients.", tag["accounts"])
    kept = _("The clients themselves stay. An announcement for this tag alone then reaches nobody.")
    return confirm(
        _("Delete the tag %(name)s?", name=tag["name"]), f"{lost} {kept}", f"{PATH}/{tag_id}/delete", _("Delete"), PATH
    )


@pages.post(f"{PATH}/<uuid:tag_id>/delete")
@staff_page("settings.write")
def delete(tag_id: UUID) -> Response:
    """Delete a tag."""
    clients().lists.remove_tag(str(tag_id))
    flash(_("The tag is gone."))
    return redirect(PATH, 303)


def color_choices() -> list[tuple[str, str]]:
    """Return the colours that a tag may have, each with its word."""
    return [
        ("grey", _("Grey")),
        ("blue", _("Blue")),
        ("green", _("Green")),
        ("amber", _("Amber")),
        ("red", _("Red")),
        ("violet", _("Violet")),
        ("teal", _("Teal")),
    ]


def _saved() -> Response:
    flash(_("Saved."))
    return redirect(PATH, 303)


def _tag(tag_id: UUID) -> Json:
    for tag in clients().lists.counted_tags():
        if tag["id"] == str(tag_id):
            return tag
    raise NotFound


def _page(tag: Json | None, form: Form) -> str:
    return render_dialog("admin/settings/tag.html", tag=tag, form=form, path=PATH, colors=color_choices())


def _merge_page(tag_id: UUID, form: Form) -> str:
    tag = _tag(tag_id)
    others = [(other["id"], other["name"]) for other in clients().lists.tags() if other["id"] != tag["id"]]
    return render_dialog("admin/settings/tag_merge.html", tag=tag, others=others, form=form, path=PATH)

"""The sections of the field editor: added, named in each language, deleted (S75)."""

from uuid import UUID

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.admin.settings.fields import PATH, back, block_of
from gateway.clients import Json, clients
from gateway.custom_fields import written
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.forms import Form
from gateway.languages import LANGUAGES
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_field_sections", __name__)

Answer = str | Response | tuple[str, int]
ONE = f"{PATH}/<block>/sections/<uuid:section_id>"


@pages.get(f"{PATH}/<block>/sections/new")
@staff_page("settings.write")
def ask_new(block: str) -> str:
    """Ask for the name of a new section."""
    return _page(block_of(block)["name"], None, Form())


@pages.post(f"{PATH}/<block>/sections/new")
@staff_page("settings.write")
def add(block: str) -> Answer:
    """Add a section at the end."""
    form = posted_words("labels")
    try:
        clients().portal.add_field_section(block, words_of(form, "labels"))
    except Problem as problem:
        refuse_words(form, problem)
        return _page(block, None, form), 422
    flash(_("The section stands at the end. Move fields into it with the arrows, or choose it in a field."))
    return back(block)


@pages.get(f"{ONE}/rename")
@staff_page("settings.write")
def ask_rename(block: str, section_id: UUID) -> str:
    """Ask for another name."""
    section = _section(block, section_id)
    return _page(block, section, Form(form_words("labels", section["labels"])))


@pages.post(f"{ONE}/rename")
@staff_page("settings.write")
def rename(block: str, section_id: UUID) -> Answer:
    """Save the name."""
    form = posted_words("labels")
    try:
        clients().portal.rename_field_section(str(section_id), words_of(form, "labels"))
    except Problem as problem:
        refuse_words(form, problem)
        return _page(block, _section(block, section_id), form), 422
    flash(_("Saved."))
    return back(block)


@pages.get(f"{ONE}/delete")
@staff_page("settings.write")
def ask_delete(block: str, section_id: UUID) -> str:
    """Ask before a section goes."""
    section = _section(block, section_id)
    return confirm(
        _("Delete the section %(name)s?", name=written(section["labels"])),
        _("Its fields stay, with all that stands in them; they then stand outside of any section."),
        f"{PATH}/{block}/sections/{section_id}/delete",
        _("Delete"),
        f"{PATH}?block={block}",
    )


@pages.post(f"{ONE}/delete")
@staff_page("settings.write")
def delete(block: str, section_id: UUID) -> Response:
    """Delete a section."""
    clients().portal.delete_field_section(str(section_id))
    flash(_("The section is gone, its fields are there."))
    return redirect(f"{PATH}?block={block}", 303)


def posted_words(*names: str) -> Form:
    """Return the words by language as they were sent."""
    return Form.posted(*(f"{name}.{code}" for name in names for code in LANGUAGES))


def form_words(name: str, texts: Json) -> Json:
    """Return words by language as they stand in a form."""
    return {f"{name}.{code}": texts.get(code, "") for code in LANGUAGES}


def words_of(form: Form, name: str) -> Json:
    """Return what was written in some language."""
    return {code: text for code in LANGUAGES if (text := form.value(f"{name}.{code}"))}


def refuse_words(form: Form, problem: Problem) -> None:
    """Take over what a service says is wrong; what concerns the words as a whole stands beside the first of them."""
    form.refuse(problem)
    first = next(iter(LANGUAGES))
    for name in [name for name in form.errors if name.startswith("labels")]:
        place = name if name in form.values else f"labels.{first}"
        if place != name:
            form.errors.setdefault(place, []).extend(form.errors.pop(name))


def _section(block: str, section_id: UUID) -> Json:
    for section in block_of(block).get("sections") or []:
        if section["id"] == str(section_id):
            found: Json = section
            return found
    raise NotFound


def _page(block: str, section: Json | None, form: Form) -> str:
    return render_dialog("admin/settings/field_section.html", block=block, section=section, form=form, path=PATH)

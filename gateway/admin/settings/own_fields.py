"""One field of the field editor: a new one of the firm's own, its words and options, its end (S75)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.admin.settings.field_sections import form_words, posted_words, refuse_words, words_of
from gateway.admin.settings.fields import BLOCKS, KINDS, MODES, PATH, back, block_of, field_of, section_choices
from gateway.clients import Json, clients
from gateway.custom_fields import field_word, is_custom
from gateway.dialogs import confirm
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from gateway.languages import LANGUAGES
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_own_fields", __name__)

Answer = str | Response | tuple[str, int]
BLANK_OPTIONS = 3
MOST_OPTIONS = 200


@pages.get(f"{PATH}/<block>/new")
@staff_page("settings.write")
def new(block: str) -> str:
    """What kind of field, then its form."""
    kind = request.args.get("kind", "")
    form = Form({"kind": kind if kind in KINDS else "", "mode": "hidden"})
    return _page(block_of(block), None, form, _blank_rows(0))


@pages.post(f"{PATH}/<block>/new")
@staff_page("settings.write")
def add(block: str) -> Answer:
    """Add the field."""
    form, rows = _posted()
    if request.form.get("do") == "more":
        return _page(block_of(block), None, form, rows + _blank_rows(len(rows)))
    field = _values(form, rows, form.value("kind")) | {"kind": form.value("kind"), "mode": form.value("mode")}
    try:
        made = clients().portal.add_field(block, field)
    except Problem as problem:
        _refuse(form, problem)
        return _page(block_of(block), None, form, rows), 422
    flash(_("%(field)s is there: forms and records have it.", field=field_word(made)))
    return back(block, f"f-{made['name']}")


@pages.get(f"{PATH}/<block>/<name>/edit")
@staff_page("settings.write")
def edit(block: str, name: str) -> str:
    """The form of a field."""
    found = block_of(block)
    field = field_of(found, name)
    values: Json = {"section_id": field["section_id"] or "", "version": field["version"]}
    values |= {"required": "yes" if field["required"] else "", "kind": field["kind"], "mode": field["mode"]}
    values |= form_words("labels", field["labels"]) | form_words("hints", field["hints"])
    rows = _option_rows(field)
    for number, option in enumerate(field["options"]):
        values |= form_words(f"option.{number}", option["labels"])
        values |= {f"option.{number}.value": option["value"], f"option.{number}.retired": _tick(option["retired"])}
    return _page(found, field, Form(values), rows)


@pages.post(f"{PATH}/<block>/<name>/edit")
@staff_page("settings.write")
def save(block: str, name: str) -> Answer:
    """Save a field; of a built-in one its section alone."""
    found = block_of(block)
    field = field_of(found, name)
    form, rows = _posted()
    form.values["kind"] = field["kind"]
    if request.form.get("do") == "more":
        return _page(found, field, form, rows + _blank_rows(len(rows)))
    changes: Json = {"section_id": form.value("section_id") or None}
    if is_custom(field):
        changes = _values(form, rows, field["kind"]) | {"version": version_of(form)}
    try:
        clients().portal.edit_field(block, name, changes)
    except Problem as problem:
        _refuse(form, problem)
        return _page(found, field, form, rows), 422
    flash(_("Saved."))
    return back(block, f"f-{name}")


@pages.get(f"{PATH}/<block>/<name>/delete")
@staff_page("settings.write")
def ask_delete(block: str, name: str) -> str:
    """Ask before a field goes, and say how many values go with it."""
    field_of(block_of(block), name)
    field = clients().portal.field(block, name)
    lost = ngettext(
        "It is filled in %(num)s record. What stands there is lost for good.",
        "It is filled in %(num)s records. What stands there is lost for good.",
        field["values"],
    )
    kept = _("Deactivate it instead to keep what stands there.")
    return confirm(
        _("Delete the field %(name)s?", name=field_word(field)),
        f"{lost} {kept}" if field["values"] else _("Nothing stands in it."),
        f"{PATH}/{block}/{name}/delete",
        _("Delete"),
        f"{PATH}/{block}/{name}/edit",
        fields={"values": str(field["values"])},
    )


@pages.post(f"{PATH}/<block>/<name>/delete")
@staff_page("settings.write")
def delete(block: str, name: str) -> Response:
    """Delete a field with the values that the question named; asked anew where there are others by now."""
    word = field_word(field_of(block_of(block), name))
    told = request.form.get("values", "0")
    try:
        clients().portal.delete_field(block, name, int(told) if told.isdecimal() and len(told) < 10 else 0)
    except Problem as problem:
        if problem.code != "field_has_values":
            raise
        flash(_("Nothing was deleted: the field was filled in more records meanwhile. Look again."), "warning")
        return redirect(f"{PATH}/{block}/{name}/delete", 303)
    flash(_("The field %(name)s is deleted.", name=word))
    return back(block)


def _posted() -> tuple[Form, list[int]]:
    count = request.form.get("options", "0")
    rows = list(range(min(int(count), MOST_OPTIONS))) if count.isdecimal() and len(count) < 5 else []
    parts = (*LANGUAGES, "value", "retired")
    names = [f"option.{row}.{part}" for row in rows for part in parts]
    form = Form.posted("kind", "section_id", "required", "version", "mode", *names)
    form.values |= posted_words("labels", "hints").values
    return form, rows


def _values(form: Form, rows: list[int], kind: str) -> Json:
    options: list[Json] = []
    for row in rows if kind == "choice" else []:
        if labels := words_of(form, f"option.{row}"):
            option: Json = {"labels": labels, "retired": form.value(f"option.{row}.retired") == "yes"}
            value = form.value(f"option.{row}.value")
            options.append(option | ({"value": value} if value else {}))
    return {
        "labels": words_of(form, "labels"),
        "hints": words_of(form, "hints"),
        "options": options,
        "required": form.value("required") == "yes",
        "section_id": form.value("section_id") or None,
    }


def _refuse(form: Form, problem: Problem) -> None:
    refuse_words(form, problem)
    for name in [name for name in form.errors if name.startswith("options")]:
        form.errors.setdefault(f"option.0.{next(iter(LANGUAGES))}", []).extend(form.errors.pop(name))


def _option_rows(field: Json) -> list[int]:
    used = len(field["options"])
    return [*range(used), *_blank_rows(used)] if field["kind"] == "choice" else []


def _blank_rows(used: int) -> list[int]:
    return list(range(used, used + BLANK_OPTIONS))


def _tick(on: Any) -> str:
    return "yes" if on else ""


def _page(block: Json, field: Json | None, form: Form, rows: list[int]) -> str:
    return render_template(
        "admin/settings/field.html",
        block=block,
        field=field,
        form=form,
        rows=rows if form.value("kind") == "choice" else [],
        kinds=KINDS,
        modes=[(mode, word) for mode, word in MODES.items() if block["name"] != "case" or mode != "mandatory"],
        title_of_block=BLOCKS[block["name"]],
        sections_of_block=section_choices(block),
        own=field is None or is_custom(field),
        path=PATH,
    )

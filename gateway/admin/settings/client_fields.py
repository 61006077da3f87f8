"""Preferences, the tab "Client fields": what clients see, have to fill and may change of each field (S26)."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from gateway.admin.settings.fields import MODES
from gateway.clients import Json, clients
from gateway.custom_fields import groups
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_client_fields", __name__)

PATH = "/admin/settings/client-fields"
BLOCKS: dict[str, LazyString] = {"account": _l("Details of the client"), "contact": _l("Details of the person")}
MEANINGS: dict[str, LazyString] = {
    "optional": _l("The client sees it and may change it."),
    "mandatory": _l("The client has to fill it: it stands among the things to do until then."),
    "read_only": _l("The client sees it."),
    "hidden": _l("The client sees it nowhere: on no page, in no list, export, answer of the API or mail."),
}


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The active fields, each with what clients may do."""
    blocks = _blocks()
    return _page(blocks, Form({_name(block, field): field["mode"] for block, field in _choices(blocks)}))


@pages.post(PATH)
@staff_page("settings.write")
def save() -> str | Response | tuple[str, int]:
    """Save what clients may do; it counts from their next page on."""
    blocks = _blocks()
    form = Form.posted(*(_name(block, field) for block, field in _choices(blocks)))
    for block in blocks:
        chosen = {field["name"]: form.value(_name(block, field)) for field in block["fields"] if _has_choice(field)}
        changed = {name: mode for name, mode in chosen.items() if mode}
        try:
            clients().portal.set_field_modes(block["name"], changed)
        except Problem as problem:
            form.refuse(problem)
            for name in [name for name in form.errors if name.startswith("modes.")]:
                form.errors[f"{block['name']}.{name.removeprefix('modes.')}"] = form.errors.pop(name)
            return _page(blocks, form), 422
    flash(_("Saved. The portal shows it from the next page on."))
    return redirect(PATH, 303)


def _blocks() -> list[Json]:
    return [block for block in clients().portal.fields() if block["name"] in BLOCKS]


def _has_choice(field: Json) -> bool:
    return bool(field["active"] and field.get("modes"))


def _choices(blocks: list[Json]) -> list[tuple[Json, Json]]:
    return [(block, field) for block in blocks for field in block["fields"] if _has_choice(field)]


def _name(block: Json, field: Json) -> str:
    return f"{block['name']}.{field['name']}"


def _page(blocks: list[Json], form: Form) -> str:
    shown = [
        (
            block["name"],
            BLOCKS[block["name"]],
            [(section, [f for f in fields if _shows(f)]) for section, fields in groups(block)],
        )
        for block in blocks
    ]
    return render_template("admin/settings/client_fields.html", blocks=shown, form=form, modes=MODES, meanings=MEANINGS)


def _shows(field: Json) -> bool:
    return bool(field["active"] and (field.get("modes") or field.get("mode") == "read_only"))

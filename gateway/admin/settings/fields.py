"""The field editor: which fields clients, contact persons and cases have, in which sections and order (S8, S75)."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.custom_fields import field_word, groups, written
from gateway.edge.access import staff_page
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_fields", __name__)

PATH = "/admin/settings/fields"
BLOCKS: dict[str, LazyString] = {"account": _l("Accounts"), "contact": _l("Contacts"), "case": _l("Cases")}
KINDS: dict[str, LazyString] = {
    "text": _l("Text"),
    "number": _l("Number"),
    "date": _l("Date"),
    "choice": _l("Choice"),
    "flag": _l("Yes or no"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "file": _l("File"),
}
MODES: dict[str, LazyString] = {
    "optional": _l("Optional"),
    "mandatory": _l("Mandatory"),
    "read_only": _l("Read only"),
    "hidden": _l("Hidden"),
}
SECTION = "section:"


@pages.get(PATH)
@staff_page("clients.read")
def show() -> str:
    """The fields of a block, section by section; who may change settings finds buttons beside them."""
    chosen = request.args.get("block", "account")
    block = block_of(chosen if chosen in BLOCKS else "account")
    found = groups(block)
    shown = [group for group in found if group[0] or group[1]]
    return render_template(
        "admin/settings/fields.html", block=block, groups=shown, titles=BLOCKS, kinds=KINDS, modes=MODES
    )


@pages.post(f"{PATH}/<block>/order")
@staff_page("settings.write")
def arrange(block: str) -> Response:
    """Save the order of the page, and do what the pressed button says with the row at its place."""
    order = request.form.getlist("order")
    act, _colon, place = request.form.get("do", "save").partition(":")
    at = int(place) if place.isdecimal() and int(place[:6]) < len(order) else None
    if act in ("up", "down") and at is not None:
        order = _moved(order, at, -1 if act == "up" else 1)
    try:
        clients().portal.arrange_fields(block, _arrangement(order))
    except Problem as problem:
        if problem.code != "changed_meanwhile":
            raise
        flash(_("Somebody changed the fields at the same time. Look at them and try again."), "warning")
        return back(block)
    if act in ("on", "off", "tick", "untick") and at is not None:
        return _switch(block, order[at], act)
    flash(_("Saved."))
    return back(block, f"f-{order[at]}" if at is not None and act in ("up", "down") else "")


@pages.post(f"{PATH}/<block>/<name>")
@staff_page("settings.write")
def change(block: str, name: str) -> Response:
    """Deactivate a field or reactivate it; what stands in it is kept."""
    return _switch(block, name, "on" if request.form.get("active") == "yes" else "off")


def block_of(name: str) -> Json:
    """Return a block of the field editor; raise 404 for an unknown one."""
    for block in clients().portal.fields() if name in BLOCKS else ():
        if block["name"] == name:
            return block
    raise NotFound


def field_of(block: Json, name: str) -> Json:
    """Return a field of a block; raise 404 for an unknown one."""
    for field in block["fields"]:
        if field["name"] == name:
            found: Json = field
            return found
    raise NotFound


def section_choices(block: Json) -> list[tuple[str, str]]:
    """Return the sections of a block as choices."""
    return [(section["id"], written(section["labels"])) for section in block.get("sections") or []]


def back(block: str, anchor: str = "") -> Response:
    """Lead to the page of a block."""
    return redirect(f"{PATH}?block={block}" + (f"#{anchor}" if anchor else ""), 303)


def _switch(block: str, name: str, act: str) -> Response:
    change = {"portal_field": act == "tick"} if act in ("tick", "untick") else {"active": act == "on"}
    clients().portal.set_field(block, name, **change)
    word = field_word(field_of(block_of(block), name))
    sentence = {
        "on": _("%(field)s is active: forms and records show it.", field=word),
        "off": _("%(field)s is inactive: forms and records leave it out. What stands in it is kept.", field=word),
        "tick": _("%(field)s is in the portal from the next page on.", field=word),
        "untick": _("%(field)s is no longer in the portal.", field=word),
    }[act]
    flash(sentence)
    return back(block)


def _arrangement(order: Sequence[str]) -> Json:
    fields: list[str] = []
    sections: list[Json] = []
    for entry in order:
        if entry.startswith(SECTION):
            sections.append({"id": entry.removeprefix(SECTION), "fields": []})
        else:
            (sections[-1]["fields"] if sections else fields).append(entry)
    return {"fields": fields, "sections": sections}


def _moved(order: list[str], at: int, step: int) -> list[str]:
    """Return the order with the row at a place one further up or down: a field over its neighbour, a section whole."""
    if not order[at].startswith(SECTION):
        to = min(max(at + step, 0), len(order) - 1)
        rest = order[:at] + order[at + 1 :]
        return [*rest[:to], order[at], *rest[to:]]
    heads = [place for place, entry in enumerate(order) if entry.startswith(SECTION)]
    parts = [order[start:end] for start, end in zip(heads, [*heads[1:], len(order)], strict=True)]
    index = heads.index(at)
    to = min(max(index + step, 0), len(parts) - 1)
    parts.insert(to, parts.pop(index))
    return order[: heads[0]] + [entry for part in parts for entry in part]

"""The editor of the action buttons: which, in which order, with which words, and the firm's own links (S19).

Each button is one row of fields, `0_kind`, `0_label_en`, ...; the hidden fields `row` say the order. Adding, moving and
removing rows changes the form and saves nothing, so all of it works without a script.
"""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.admin.settings.by_language import field_names, per_language, put_beside, with_language
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_buttons", __name__)

PATH = "/admin/settings/buttons"
KINDS = {
    "book": _l("Book a meeting"),
    "pay": _l("Pay"),
    "documents": _l("Share documents"),
    "contact": _l("Message the firm"),
}
"""The portal's own buttons, each with the word that stands on it unless the firm writes another."""
LINK = "link"
ICONS = {
    "external-link": _l("Arrow out"),
    "link": _l("Chain"),
    "calendar": _l("Calendar"),
    "phone": _l("Telephone"),
    "mail": _l("Envelope"),
    "map-pin": _l("Pin on a map"),
    "file-text": _l("Document"),
    "credit-card": _l("Card"),
    "star": _l("Star"),
}
MOST_ROWS = 12
Row = dict[str, Any]
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The buttons as they stand, those that are not shown below them."""
    settings = clients().portal.settings()
    return _page(_of_settings(settings), len(_rows(settings)))


@pages.post(PATH)
@staff_page("settings.write")
def change() -> Answer:
    """Add, move or remove a row in the form, or save all of it."""
    order = _order()
    form = Form.posted("version", *(name for index in order for name in _names(index)))
    act, _colon, place = request.form.get("do", "save").partition(":")
    if act == "save":
        return _save(form, order)
    if act == "add" and len(order) < MOST_ROWS:
        order.append(len(order))
        form.values |= _values(len(order) - 1, {"kind": LINK}, shown=True)
        form.values["focus"] = str(len(order) - 1)
    elif place.isdecimal() and int(place[:3]) < len(order):
        _rearrange(order, act, int(place[:3]))
    return _page(_renumbered(form, order), len(order), unsaved=True)


def _rearrange(order: list[int], act: str, place: int) -> None:
    if act == "up" and place > 0:
        order[place - 1], order[place] = order[place], order[place - 1]
    elif act == "down" and place + 1 < len(order):
        order[place + 1], order[place] = order[place], order[place + 1]
    elif act == "remove":
        del order[place]


def _save(form: Form, order: list[int]) -> Answer:
    form = _renumbered(form, order)
    shown = [index for index in range(len(order)) if form.value(f"{index}_shown") == "yes"]
    buttons = [_button(form, index) for index in shown]
    try:
        clients().portal.save_settings({"buttons": buttons, "version": version_of(form)})
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            form.values["version"] = clients().portal.settings()["version"]
        form.refuse(problem)
        _put_beside(form, shown)
        return _page(form, len(order), unsaved=True), 422
    frames().forget()
    flash(_("Saved. Home shows exactly these buttons from the next page on."))
    return redirect(PATH, 303)


def _put_beside(form: Form, shown: list[int]) -> None:
    """Say what the service says of its third button beside the row of that button."""
    for place, index in enumerate(shown):
        put_beside(form, f"{index}_label", f"buttons.{place}.labels")
        for name in ("kind", "url", "icon"):
            if texts := form.errors.pop(f"buttons.{place}.{name}", None):
                form.errors.setdefault(f"{index}_{name}", []).extend(texts)


def _order() -> list[int]:
    """Return the rows in the order in which the form has them, each once."""
    sent = [int(text) for text in request.form.getlist("row")[:MOST_ROWS] if text.isdecimal() and len(text) < 4]
    return list(dict.fromkeys(sent))


def _names(index: int) -> Iterable[str]:
    return (*(f"{index}_{name}" for name in ("kind", "shown", "url", "icon")), *field_names(f"{index}_label"))


def _renumbered(form: Form, order: list[int]) -> Form:
    """Return the form with its rows numbered in their new order."""
    values: dict[str, Any] = {"version": form.value("version")}
    for index, was in enumerate(order):
        values |= {new: form.value(old) for new, old in zip(_names(index), _names(was), strict=True)}
    return Form(values)


def _rows(settings: Json) -> list[tuple[Row, bool]]:
    """Return each button and whether it is shown: those that the firm chose, then the portal's others."""
    chosen = settings.get("buttons") or [{"kind": name} for name in settings["action_buttons"]]
    kinds = {button["kind"] for button in chosen}
    return [(button, True) for button in chosen] + [({"kind": kind}, False) for kind in KINDS if kind not in kinds]


def _of_settings(settings: Json) -> Form:
    values: dict[str, Any] = {"version": settings["version"]}
    for index, (button, shown) in enumerate(_rows(settings)):
        values |= _values(index, button, shown=shown)
    return Form(values)


def _values(index: int, button: Row, *, shown: bool) -> dict[str, Any]:
    values = {f"{index}_{name}": button.get(name) or "" for name in ("kind", "url", "icon")}
    labels = with_language(f"{index}_label", button.get("labels"))
    return values | labels | {f"{index}_shown": "yes" if shown else ""}


def _button(form: Form, index: int) -> Row:
    button: Row = {"kind": form.value(f"{index}_kind"), "labels": per_language(form, f"{index}_label")}
    if button["kind"] == LINK:
        button |= {"url": form.value(f"{index}_url"), "icon": form.value(f"{index}_icon")}
    return button


def _page(form: Form, count: int, *, unsaved: bool = False) -> str:
    context = {"kinds": KINDS, "icons": ICONS, "unsaved": unsaved, "may_add": count < MOST_ROWS}
    return render_template("admin/settings/buttons.html", form=form, rows=range(count), **context)

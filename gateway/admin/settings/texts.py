"""What the firm writes for its public pages, in each language: sign-in, terms, privacy (S29)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.admin.settings.by_language import field_names, per_language, put_beside, with_language
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.forms import Form, show_conflict, version_of
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_texts", __name__)

PATH = "/admin/settings/brand/texts"
TEXTS = (
    ("sign_in", _l("On the sign-in page"), _l("A greeting, or whom to call. It stands above the sign-in."), "/sign-in"),
    ("terms", _l("Terms"), _l("Linked at the foot of the portal. Empty: a short text of ours stands there."), "/terms"),
    (
        "privacy",
        _l("Privacy"),
        _l("Linked at the foot of the portal. Empty: a short text of ours stands there."),
        "/privacy",
    ),
)
NAMES = tuple(name for name, *_words in TEXTS)
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The texts as they stand."""
    return _page(_of_settings(clients().portal.settings()))


@pages.post(PATH)
@staff_page("settings.write")
def save() -> Answer:
    """Save them; the public pages show them at once."""
    form = Form.posted("version", *(field for name in NAMES for field in field_names(name)))
    change = {"texts": {name: per_language(form, name) for name in NAMES}, "version": version_of(form)}
    try:
        clients().portal.save_settings(change)
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            show_conflict(form, _of_settings(clients().portal.settings()))
        else:
            form.refuse(problem)
            for name in NAMES:
                put_beside(form, name, f"texts.{name}")
        return _page(form), 422
    frames().forget()
    flash(_("Saved. The public pages show it at once."))
    return redirect(PATH, 303)


def _of_settings(settings: Json) -> Form:
    values: dict[str, Any] = {"version": settings["version"]}
    for name in NAMES:
        values |= with_language(name, (settings.get("texts") or {}).get(name))
    return Form(values)


def _page(form: Form) -> str:
    return render_template("admin/settings/texts.html", form=form, texts=TEXTS)

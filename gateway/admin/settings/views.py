"""The firm's settings: Preferences, with the tabs "Self-service portal" and "Client fields" (S21 to S25, S27, S29)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.admin.clients.account_form import show_conflict, version_of
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.guard import current_guard
from gateway.forms import Form
from gateway.shell import frames
from gateway.timezones import timezone_choices
from services.chassis.problems import Problem

pages = Blueprint("admin_settings", __name__)

TEXTS = (
    "firm_name", "portal_name", "legal_name", "address", "phone", "email", "website", "office_hours",
    "banner", "announcement", "accent", "locale", "timezone", "currency",
)  # fmt: skip
SWITCHES = (
    (
        "share_documents",
        _l("Allow clients to share documents"),
        _l("Off: nobody can upload, on no page and not through the API."),
    ),
    ("reviews", _l("Enable client reviews for my service"), _l("Off: no review anywhere.")),
    ("conversations", _l("Allow clients to create new conversation threads"), _l("Off: clients only answer.")),
)
BUTTONS = (
    ("book", _l("Book a meeting")),
    ("pay", _l("Pay")),
    ("documents", _l("Share documents")),
    ("contact", _l("Message the firm")),
)
"""The action buttons of Home that the firm chooses from (S19)."""
PLACES = (_l("First button"), _l("Second button"), _l("Third button"), _l("Fourth button"))
Answer = str | Response | tuple[str, int]


@pages.get("/admin/settings")
@staff_page("settings.write")
def show() -> str:
    """The settings as they stand."""
    return _page(_of_settings(clients().portal.settings()))


@pages.post("/admin/settings")
@staff_page("settings.write")
def save() -> Answer:
    """Save the settings; the portal changes at the next page."""
    form = Form.posted(*TEXTS, "version", *(f"switch_{name}" for name, *_words in SWITCHES), *_button_fields())
    try:
        clients().portal.save_settings(_change(form))
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            show_conflict(form, _of_settings(clients().portal.settings()))
        else:
            form.refuse(problem)
            _put_beside_fields(form)
        return _page(form), 422
    frames().forget()
    flash(_("Saved. The portal shows it from the next page on."))
    return redirect("/admin/settings", 303)


def _of_settings(settings: Json) -> Form:
    values: dict[str, Any] = {name: settings[name] for name in (*TEXTS, "version")}
    values |= {f"switch_{name}": "yes" if settings["switches"].get(name) else "" for name, *_words in SWITCHES}
    chosen = [*settings["action_buttons"], *([""] * len(PLACES))]
    return Form(values | dict(zip(_button_fields(), chosen, strict=False)))


def _change(form: Form) -> Json:
    change: dict[str, Any] = {name: form.value(name) for name in TEXTS}
    switches = {name: form.value(f"switch_{name}") == "yes" for name, *_words in SWITCHES}
    buttons = [form.value(name) for name in _button_fields() if form.value(name)]
    return change | {"switches": switches, "action_buttons": buttons, "version": version_of(form)}


def _button_fields() -> list[str]:
    return [f"button_{place}" for place, _word in enumerate(PLACES, 1)]


def _put_beside_fields(form: Form) -> None:
    """Say what is wrong with the buttons beside the first of them: the service knows them as one list."""
    for name in [name for name in form.errors if name.startswith("action_buttons")]:
        form.errors.setdefault("button_1", []).extend(form.errors.pop(name))


def _page(form: Form) -> str:
    return render_template(
        "admin/settings/settings.html",
        form=form,
        tab="fields" if request.args.get("tab") == "fields" else "portal",
        switches=SWITCHES,
        buttons=BUTTONS,
        places=list(zip(_button_fields(), PLACES, strict=True)),
        zones=timezone_choices(str(form.value("timezone"))),
        portal_url=current_guard().settings.public_url,
    )

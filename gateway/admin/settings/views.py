"""The firm's settings: Preferences, with the tabs "Self-service portal" and "Client fields" (S21 to S25, S27, S29)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.guard import current_guard
from gateway.forms import Form
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_settings", __name__)

TEXTS = (
    "firm_name", "portal_name", "legal_name", "address", "phone", "email", "website", "office_hours",
    "banner", "announcement", "accent", "locale", "timezone",
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
Answer = str | Response | tuple[str, int]


@pages.get("/admin/settings")
@staff_page("settings.write")
def show() -> str:
    """The settings as they stand."""
    found = clients().portal.settings()
    return _page(Form(found | {f"switch_{name}": on for name, on in found["switches"].items()}), found["version"])


@pages.post("/admin/settings")
@staff_page("settings.write")
def save() -> Answer:
    """Save the settings; the portal changes at the next page."""
    form = Form.posted(*TEXTS, *(f"switch_{name}" for name, _word, _hint in SWITCHES))
    version = request.form.get("version", "0")
    try:
        clients().portal.save_settings(_change(form, version))
    except Problem as problem:
        form.refuse(problem)
        return _page(form, version), 422
    frames().forget()
    flash(_("Saved. The portal shows it from the next page on."))
    return redirect("/admin/settings", 303)


def _change(form: Form, version: str) -> Json:
    change: dict[str, Any] = {name: form.value(name) for name in TEXTS}
    switches = {name: form.value(f"switch_{name}") == "yes" for name, _word, _hint in SWITCHES}
    return change | {"switches": switches, "version": int(version) if version.isdigit() else 0}


def _page(form: Form, version: Any) -> str:
    tab = "fields" if request.args.get("tab") == "fields" else "portal"
    return render_template(
        "admin/settings/settings.html",
        form=form,
        version=version,
        tab=tab,
        switches=SWITCHES,
        portal_url=current_guard().settings.public_url,
    )

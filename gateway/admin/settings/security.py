"""How clients sign in, and how long sessions last: the firm's own decision (S11, S12, B2, B4, B5)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.forms import Form, show_conflict, version_of
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_security", __name__)

PATH = "/admin/settings/security"
WAYS = (
    ("password_sign_in", _l("Password"), _l("With the e-mail address and a password of their own.")),
    ("code_sign_in", _l("One-time code"), _l("With the e-mail address and a code that is sent to them each time.")),
    ("passkey_sign_in", _l("Passkey"), _l("With the fingerprint, face or PIN of their own device.")),
)
COLLEAGUES = (
    "colleague_invitations",
    _l("Owners of an account may invite colleagues"),
    _l("Off: only the firm decides who uses the portal."),
)
SWITCHES = (*WAYS, COLLEAGUES)
LIMITS = (
    ("client_idle_minutes", _l("Clients: minutes without use"), 5, 1440),
    ("client_session_hours", _l("Clients: hours in all"), 1, 720),
    ("staff_idle_minutes", _l("Staff: minutes without use"), 5, 720),
    ("staff_session_hours", _l("Staff: hours in all"), 1, 72),
)
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write", proof=True)
def show() -> str:
    """The switches and limits as they stand."""
    return _page(_of_settings(clients().portal.settings()))


@pages.post(PATH)
@staff_page("settings.write", proof=True)
def save() -> Answer:
    """Save them; a shortened limit counts for open sessions, too."""
    form = Form.posted("version", *(name for name, *_words in (*SWITCHES, *LIMITS)))
    limits = _limits(form)
    if form.is_valid():
        try:
            clients().portal.save_settings(_change(form, limits))
        except Problem as problem:
            _refuse(form, problem)
        else:
            frames().forget()
            flash(_("Saved. It counts from now on, for open sessions too."))
            return redirect(PATH, 303)
    return _page(form), 422


def _refuse(form: Form, problem: Problem) -> None:
    if problem.code == "changed_meanwhile":
        show_conflict(form, _of_settings(clients().portal.settings()))
        return
    form.refuse(problem)
    for name in [name for name in form.errors if name.startswith("session_limits.")]:
        form.errors[name.removeprefix("session_limits.")] = form.errors.pop(name)
    for name in [name for name in form.errors if name.startswith("switches")]:
        form.errors.setdefault(WAYS[0][0], []).extend(form.errors.pop(name))


def _limits(form: Form) -> dict[str, int | None]:
    """Return the limits as numbers; what is no number is said beside its field."""
    limits: dict[str, int | None] = {}
    for name, _word, least, most in LIMITS:
        text = str(form.value(name))
        if not text:
            limits[name] = None
        elif text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most:
            limits[name] = int(text)
        else:
            form.add_error(name, _("Write a number from %(least)s to %(most)s.", least=least, most=most))
    return limits


def _of_settings(settings: Json) -> Form:
    switches, limits = settings["switches"], settings.get("session_limits") or {}
    values: dict[str, Any] = {"version": settings["version"]}
    values |= {name: "yes" if switches.get(name) else "" for name, *_words in SWITCHES}
    return Form(values | {name: limits.get(name) or "" for name, *_words in LIMITS})


def _change(form: Form, limits: dict[str, int | None]) -> Json:
    switches = {name: form.value(name) == "yes" for name, *_words in SWITCHES}
    return {"switches": switches, "session_limits": limits, "version": version_of(form)}


def _page(form: Form) -> str:
    return render_template("admin/settings/security.html", form=form, ways=WAYS, colleagues=COLLEAGUES, limits=LIMITS)

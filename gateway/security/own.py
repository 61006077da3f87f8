"""One's own security: what a person has to sign in with, and the password (S7, B2, B6)."""

from flask import current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.both_sides import BothSides
from gateway.edge.guard import current_guard
from gateway.edge.sessions import Side, Visitor, current_visitor, side_of
from gateway.forms import Form
from gateway.navigation import has_page
from gateway.security.ways import ways
from services.chassis.problems import Problem

pages = BothSides("security", __name__)

HOME: dict[Side, str] = {"client": "/profile/security", "staff": "/admin/security"}
SESSIONS: dict[Side, str] = {"client": "/profile/sessions", "staff": "/admin/sessions"}
Answer = str | Response | tuple[str, int]


@pages.get("/profile/security", "/admin/security")
def show() -> str:
    """What the person has: password, passkeys, authenticator app, recovery codes."""
    side = side_of(request.path)
    sessions = SESSIONS[side] if has_page(current_app, SESSIONS[side]) else None
    return render(
        "security/own.html",
        own=clients().security.summary(),
        sessions=sessions,
        offered=side == "staff" or ways(side).passkey,
    )


@pages.get("/profile/security/password", "/admin/security/password", proof=True)
def ask_password() -> str:
    """Ask for a new password."""
    return _password_page(Form())


@pages.post("/profile/security/password", "/admin/security/password", limit="sign-in")
def set_password() -> Answer:
    """Set the new password; every other session of the person ends."""
    form, own = Form(), clients().security.summary()
    current, new = request.form.get("current", ""), request.form.get("new", "")
    if own["password_set"] and not current:
        form.add_error("current", _("Write your present password."))
    if not new:
        form.add_error("new", _("Choose a password."))
    if form.is_valid():
        try:
            clients().identity.change_password(current or None, new)
        except Problem as problem:
            form.refuse(problem)
            form.errors = {"new" if name == "password" else name: texts for name, texts in form.errors.items()}
        else:
            flash(_("Your password is changed. You are signed out on all other devices."))
            return redirect(HOME[side_of(request.path)], 303)
    return _password_page(form, own), 422


def render(template: str, **context: object) -> str:
    """Return a page about one's own security: in the frame of its side, or alone while staff still have to enrol."""
    side, visitor = side_of(request.path), current_visitor()
    return render_template(template, shell=_shell(side, visitor), side=side, home=HOME[side], **context)


def forget_kept() -> None:
    """Ask identity anew who the visitor is, at the next page: what counts has just changed."""
    current_guard().sessions.forget(current_visitor().session)


def _shell(side: Side, visitor: Visitor) -> str:
    if visitor.must_enrol:
        return "security/alone.html"
    return "components/admin.html" if side == "staff" else "components/portal.html"


def _password_page(form: Form, own: Json | None = None) -> str:
    return render("security/password.html", form=form, own=own or clients().security.summary())

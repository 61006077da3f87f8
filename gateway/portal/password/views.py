"""A forgotten password: have a link sent, follow it, set a new one."""

from flask import Blueprint, flash, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, upstreams
from gateway.edge.access import public_page
from gateway.edge.guard import client_info
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("portal_password", __name__)

OVER = (404, 410)
Answer = str | Response | tuple[str, int]


@pages.get("/forgot")
@public_page
def ask() -> str:
    """Ask for the e-mail."""
    return _forgot_page(Form({"email": session.get("email", "")}))


@pages.post("/forgot")
@public_page(limit="sign-in")
def send() -> Answer:
    """Have a link sent; an unknown address gets the same answer."""
    form = Form.posted("email", "kind")
    if not form.require("email", _("Write your e-mail address.")):
        return _forgot_page(form), 422
    kind = "staff" if form.value("kind") == "staff" else "client"
    try:
        upstreams().sign_in.forgot_password(form.value("email"), kind, client_info())
    except Problem as problem:
        form.refuse(problem)
        return _forgot_page(form), 422
    return render_template("portal/password/sent.html", email=form.value("email"))


@pages.get("/reset/<token>")
@public_page(limit="sign-in")
def show(token: str) -> Answer:
    """Ask for the new password; looking uses nothing up."""
    reset = _open_reset(token)
    return _over_page() if reset is None else _reset_page(reset, Form())


@pages.post("/reset/<token>")
@public_page(limit="sign-in")
def save(token: str) -> Answer:
    """Set the new password, which ends every session, and lead to sign-in."""
    reset = _open_reset(token)
    if reset is None:
        return _over_page()
    form, password = Form(), request.form.get("password", "")
    if not password:
        form.add_error("password", _("Choose a password."))
        return _reset_page(reset, form), 422
    try:
        upstreams().sign_in.reset_password(token, password)
    except Problem as problem:
        if problem.status in OVER:
            return _over_page()
        form.refuse(problem)
        return _reset_page(reset, form), 422
    session["email"] = reset["email"]
    session["offer_passkey"] = reset["kind"] == "client"
    flash(_("Your password is changed. Sign in with the new one."))
    return redirect("/admin/sign-in" if reset["kind"] == "staff" else "/sign-in/password", 303)


def _open_reset(token: str) -> Json | None:
    try:
        found = upstreams().sign_in.inspect_reset(token)
    except Problem as problem:
        if problem.status in (*OVER, 422):
            return None
        raise
    return found if found["status"] == "open" else None


def _forgot_page(form: Form) -> str:
    kind = form.value("kind") or request.args.get("kind", "client")
    return render_template("portal/password/forgot.html", form=form, kind=kind)


def _reset_page(reset: Json, form: Form) -> str:
    return render_template("portal/password/reset.html", reset=reset, form=form, path=request.path)


def _over_page() -> tuple[str, int]:
    return render_template("portal/password/over.html"), 410

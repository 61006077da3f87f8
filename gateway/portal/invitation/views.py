"""The sign-up page behind an invitation: looking at it uses nothing up, "Update" does (S5, S6, threat 11)."""

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, upstreams
from gateway.edge.access import public_page
from gateway.edge.guard import client_info
from gateway.forms import Form
from gateway.security.entering import begin
from services.chassis.problems import Problem

pages = Blueprint("portal_invitation", __name__)

OVER = (404, 410, 422)
Answer = str | Response | tuple[str, int]


@pages.get("/invitation/<token>")
@public_page(limit="sign-in")
def show(token: str) -> Answer:
    """Show for whom the invitation is, and ask for a password."""
    invitation = _open_invitation(token)
    return _over_page() if invitation is None else _page(invitation, Form())


@pages.post("/invitation/<token>")
@public_page(limit="sign-in")
def accept(token: str) -> Answer:
    """Set the password and go Home, signed in."""
    invitation = _open_invitation(token)
    if invitation is None:
        return _over_page()
    form, password = Form(), request.form.get("password", "")
    if not password:
        form.add_error("password", _("Choose a password."))
        return _page(invitation, form), 422
    try:
        signed_in = upstreams().sign_in.accept_invitation(token, password, client_info())
    except Problem as problem:
        if problem.status == 410:
            return _over_page()
        form.refuse(problem)
        return _page(invitation, form), 422
    response = redirect("/admin/" if signed_in["kind"] == "staff" else "/home", 303)
    begin(response, signed_in, offer_passkey=True)
    return response


def _open_invitation(token: str) -> Json | None:
    """Return the invitation if it still works."""
    try:
        found = upstreams().sign_in.inspect_invitation(token)
    except Problem as problem:
        if problem.status in OVER:
            return None
        raise
    return found if found["status"] == "open" else None


def _page(invitation: Json, form: Form) -> str:
    return render_template("portal/invitation/sign_up.html", invitation=invitation, form=form, path=request.path)


def _over_page() -> tuple[str, int]:
    return render_template("portal/invitation/over.html"), 410

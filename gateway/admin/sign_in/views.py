"""Signing in to the admin: by password, passkey, or the firm's provider of OpenID Connect."""

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import upstreams
from gateway.edge import cookies
from gateway.edge.access import public_page
from gateway.edge.guard import client_info, visitor_of
from gateway.edge.redirects import safe_path
from gateway.forms import Form
from gateway.security.entering import enter
from gateway.security.ways import ways
from services.chassis.problems import Problem

pages = Blueprint("admin_sign_in", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/admin/sign-in")
@public_page
def ask() -> Answer:
    """Ask for e-mail and password; whoever is signed in goes on at once."""
    target = safe_path(request.args.get("next"), "/admin/")
    if visitor_of("staff"):
        return redirect(target)
    if "next" in request.args:
        session["admin_next"] = target
    return _page(Form({"email": session.get("email", "")}))


@pages.post("/admin/sign-in")
@public_page(limit="sign-in")
def take() -> Answer:
    """Sign in with the password."""
    form, password = Form.posted("email"), request.form.get("password", "")
    form.require("email", _("Write your e-mail address."))
    if not password:
        form.add_error("password", _("Write your password."))
    if form.is_valid():
        try:
            answer = upstreams().sign_in.with_password(form.value("email"), password, "staff", client_info())
            return enter("staff", answer)
        except Problem as problem:
            form.refuse(problem)
    return _page(form), 422


@pages.post("/admin/sign-out")
@public_page
def sign_out() -> Response:
    """End the session, at identity too."""
    return cookies.sign_out("staff", "/admin/sign-in")


def _page(form: Form) -> str:
    return render_template("admin/sign_in/password.html", form=form, ways=ways("staff"))

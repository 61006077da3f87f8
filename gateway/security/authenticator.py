"""The authenticator app: its secret as a QR code and as text, confirmed by a first code (RFC 6238; B2)."""

import re

import segno
from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import dialogs
from gateway.clients import clients
from gateway.edge.both_sides import BothSides
from gateway.edge.sessions import side_of
from gateway.forms import Form
from gateway.security.own import HOME, forget_kept, render
from gateway.security.recovery import after_enrolment
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = BothSides("authenticator", __name__)

ADDRESS = re.compile(r"otpauth://totp/[!-~]{1,500}")
SECRET = re.compile(r"[A-Z2-7]{16,128}")
Answer = str | Response | tuple[str, int]


@pages.get("/profile/security/authenticator", "/admin/security/authenticator", proof=True, enrolling=True)
def ask() -> str:
    """Say what an authenticator app is, and begin."""
    return render("security/authenticator.html", form=Form(), secret=None)


@pages.post("/profile/security/authenticator", "/admin/security/authenticator", enrolling=True, limit="sign-in")
def start() -> str:
    """Make a secret and show it."""
    made = clients().security.start_authenticator()
    return _secret_page(Form({"secret": made["secret"], "uri": made["uri"]}))


@pages.post(
    "/profile/security/authenticator/confirm", "/admin/security/authenticator/confirm", enrolling=True, limit="sign-in"
)
def confirm() -> Answer:
    """Let the app count once a code of it is right; show recovery codes to who had none."""
    form = Form.posted("code", "secret", "uri")
    if not form.require("code", _("Write the six digits that the app shows.")):
        return _secret_page(form), 422
    try:
        codes = clients().security.confirm_authenticator("".join(form.value("code").split()))
    except Problem as problem:
        if problem.status == 409:
            flash(say_problem(problem), "error")
            return redirect(request.path.removesuffix("/confirm"), 303)
        form.values["code"] = ""
        form.refuse_at("code", problem)
        return _secret_page(form), 422
    return after_enrolment(codes, _("The authenticator app is set up."))


@pages.get(
    "/profile/security/authenticator/confirm", "/admin/security/authenticator/confirm", proof=True, enrolling=True
)
def begin_again() -> Response:
    """Lead whoever comes back here without a secret to the beginning."""
    return redirect(request.path.removesuffix("/confirm"))


@pages.get("/profile/security/authenticator/remove", "/admin/security/authenticator/remove", proof=True)
def ask_removal() -> str:
    """Ask before the app is removed."""
    return dialogs.confirm(
        _("Remove the authenticator app?"),
        _("Its codes work no more. Delete the entry in the app too."),
        request.path,
        _("Remove the app"),
        HOME[side_of(request.path)],
    )


@pages.post("/profile/security/authenticator/remove", "/admin/security/authenticator/remove")
def remove() -> Response:
    """Remove the app."""
    try:
        clients().security.remove_authenticator()
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "error")
    else:
        forget_kept()
        flash(_("The authenticator app is removed."))
    return redirect(HOME[side_of(request.path)], 303)


def _secret_page(form: Form) -> str:
    """Return the page with the secret. After a wrong code it comes back with the form: nothing here keeps it."""
    secret, uri = form.value("secret"), form.value("uri")
    if not (SECRET.fullmatch(secret) and ADDRESS.fullmatch(uri)):
        return render("security/authenticator.html", form=Form(), secret=None)
    groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return render("security/authenticator.html", form=form, secret=groups, picture=_picture(uri))


def _picture(uri: str) -> str:
    """Return the address of a picture of the QR code, which is the picture itself: no other request has the secret."""
    picture: str = segno.make(uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    return picture

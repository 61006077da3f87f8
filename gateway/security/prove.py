"""Proving again who one is, before a dangerous act; then back to the page that asked for it.

A session that was left open on a desk is not enough for these (NIST SP 800-63B-4, section 5.2, reauthentication).
"""

import time

from flask import flash, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge import cookies, redirects
from gateway.edge.both_sides import BothSides
from gateway.edge.guard import current_guard
from gateway.edge.sessions import current_visitor, side_of
from gateway.forms import Form
from gateway.security import ceremony, waiting
from services.chassis.problems import Problem

pages = BothSides("prove", __name__)

TYPED = ("totp", "password", "code", "recovery")
"""The ways that are typed, the best one first; a passkey has a button on every one of these pages."""
RESEND_SECONDS, CODE_SECONDS = 60, 600
HOME = {"client": "/home", "staff": "/admin/"}
Answer = str | Response | tuple[str, int]


@pages.get("/prove", "/admin/prove", enrolling=True)
def ask() -> str:
    """Ask for a proof, by `way` where the person has that one."""
    return _page(Form())


@pages.post("/prove", "/admin/prove", enrolling=True, limit="sign-in")
def take() -> Answer:
    """Take a password or a code, and lead back."""
    form, way = Form.posted("way"), request.form.get("way", "")
    field = "password" if way == "password" else "code"
    secret = request.form.get(field, "") if way == "password" else request.form.get(field, "").strip()
    if way not in TYPED or not secret:
        form.add_error(field, _("Write your password.") if way == "password" else _("Write the code."))
        return _page(form), 422
    try:
        clients().security.prove(way, secret)
    except Problem as problem:
        form.refuse_at(field, problem)
        return _page(form), 422
    return _proved()


@pages.post("/prove/code", "/admin/prove/code", enrolling=True, limit="sign-in")
def send_code() -> Answer:
    """Have a code sent: as a text message where a number is known, or by e-mail."""
    try:
        sent = clients().security.send_proof_code("email" if request.form.get("prefer") == "email" else "sms")
    except Problem as problem:
        form = Form()
        waiting.refuse(form, problem)
        return _page(form), 422
    session["proof_code"] = {"at": int(time.time()), "channel": sent["channel"]}
    flash(
        _("A code is on its way by e-mail.") if sent["channel"] == "email" else _("A code is on its way to your phone.")
    )
    return redirect(_here("code"), 303)


@pages.post("/prove/passkey/options", "/admin/prove/passkey/options", enrolling=True, limit="passkey")
def passkey_options() -> Response:
    """Return what one of the person's passkeys signs."""
    return ceremony.options(clients().security.proof_options)


@pages.post("/prove/passkey", "/admin/prove/passkey", enrolling=True, limit="sign-in")
def take_passkey() -> Answer:
    """Take what the passkey signed, and lead back."""
    flow, credential, form = cookies.passkey_flow(), ceremony.credential(), Form()
    try:
        if not flow or credential is None:
            raise Problem(422, "passkey_refused", "No passkey was given")
        clients().security.prove_with_passkey(flow, credential)
    except Problem as problem:
        form.refuse(problem)
        return _page(form), 422
    response = _proved()
    cookies.drop_passkey_flow(response)
    return response


def _proved() -> Response:
    current_guard().sessions.forget(current_visitor().session)
    session.pop("proof_code", None)
    return redirect(_target(), 303)


def _target() -> str:
    return redirects.safe_path(request.args.get("next"), HOME[side_of(request.path)])


def _here(way: str) -> str:
    path = redirects.proof_path(side_of(request.path), _target())
    return f"{path}&way={way}"


def _page(form: Form) -> str:
    methods = clients().security.proof_methods()
    typed = [name for name in TYPED if name in methods]
    wanted = request.values.get("way", "")
    sent = session.get("proof_code") or {"at": 0}
    age = int(time.time()) - int(sent["at"])
    return render_template(
        "security/prove.html",
        form=form,
        side=side_of(request.path),
        methods=methods,
        typed=typed,
        way=wanted if wanted in typed else typed[0] if typed else "",
        sent=sent["channel"] if age < CODE_SECONDS else None,
        seconds_left=max(0, RESEND_SECONDS - age),
        target=_target(),
        here=_here,
    )

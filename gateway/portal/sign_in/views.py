"""Signing in to the portal: the e-mail, then a code or a password; and out again. Also which account to look at."""

import time

from flask import Blueprint, flash, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.clients import upstreams
from gateway.edge import cookies
from gateway.edge.access import client_page, public_page
from gateway.edge.guard import client_info, current_guard, visitor_of
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.security import waiting
from gateway.security.entering import enter
from gateway.security.ways import ways
from services.chassis.problems import Problem

pages = Blueprint("portal_sign_in", __name__)

RESEND_SECONDS = 60
Answer = str | Response | tuple[str, int]


@pages.get("/sign-in")
@public_page
def ask_email() -> Answer:
    """Ask for the e-mail; whoever is signed in goes on at once."""
    target = safe_path(request.args.get("next"), "/home")
    if visitor_of("client"):
        return redirect(target)
    if "next" in request.args:
        session["next"] = target
    return _email_page(Form({"email": session.get("email", "")}))


@pages.post("/sign-in")
@public_page(limit="sign-in")
def take_email() -> Answer:
    """Have a code sent, or go on to the password; both are the same for an unknown address."""
    form = Form.posted("email")
    if not form.require("email", _("Write your e-mail address.")):
        return _email_page(form), 422
    session["email"] = form.value("email")
    if ways("client").password and (request.form.get("use") == "password" or not ways("client").code):
        return redirect("/sign-in/password", 303)
    try:
        _send_code("sms")
    except Problem as problem:
        wait = waiting.too_soon(problem)
        if wait and _has_code(form.value("email")):
            flash(wait, "warning")
            return redirect("/sign-in/code", 303)
        waiting.refuse(form, problem, "email")
        return _email_page(form), 422
    return redirect("/sign-in/code", 303)


@pages.get("/sign-in/code")
@public_page
def ask_code() -> Answer:
    """Ask for the six digits."""
    if "flow" not in session:
        return redirect("/sign-in")
    return _code_page(Form())


@pages.post("/sign-in/code")
@public_page(limit="sign-in")
def take_code() -> Answer:
    """Sign in with the code."""
    form = Form.posted("code")
    flow = session.get("flow")
    if not flow:
        return redirect("/sign-in", 303)
    if not form.require("code", _("Write the six digits.")):
        return _code_page(form), 422
    try:
        signed_in = upstreams().sign_in.with_code(flow, form.value("code"), client_info())
    except Problem as problem:
        form.values["code"] = ""
        form.refuse_at("code", problem)
        return _code_page(form), 422
    return enter("client", signed_in)


@pages.post("/sign-in/resend")
@public_page(limit="sign-in")
def resend() -> Answer:
    """Send another code, a minute after the last one at the soonest; or send it by e-mail instead."""
    if "email" not in session:
        return redirect("/sign-in", 303)
    prefer = "email" if request.form.get("prefer") == "email" else "sms"
    if _seconds_left() and prefer == session.get("prefer"):
        flash(waiting.words(_seconds_left()), "warning")
        return redirect("/sign-in/code", 303)
    try:
        _send_code(prefer)
    except Problem as problem:
        form = Form()
        waiting.refuse(form, problem)
        return _code_page(form), 422
    flash(_("A new code is on its way. Only the newest one works."))
    return redirect("/sign-in/code", 303)


@pages.get("/sign-in/password")
@public_page
def ask_password() -> Answer:
    """Ask for e-mail and password, unless the firm has switched passwords off."""
    if not ways("client").password:
        return redirect("/sign-in")
    if "next" in request.args:
        session["next"] = safe_path(request.args["next"], "/home")
    return _password_page(Form({"email": session.get("email", "")}))


@pages.post("/sign-in/password")
@public_page(limit="sign-in")
def take_password() -> Answer:
    """Sign in with the password."""
    form = Form.posted("email")
    password = request.form.get("password", "")
    form.require("email", _("Write your e-mail address."))
    if not password:
        form.add_error("password", _("Write your password."))
    if form.is_valid():
        try:
            answer = upstreams().sign_in.with_password(form.value("email"), password, "client", client_info())
            return enter("client", answer)
        except Problem as problem:
            form.refuse(problem)
    return _password_page(form), 422


@pages.post("/sign-out")
@public_page
def sign_out() -> Response:
    """End the session, at identity too."""
    return cookies.sign_out("client", "/")


@pages.get("/account")
@client_page
def choose_account() -> str:
    """Show the accounts that this person may look at."""
    return render_template("portal/sign_in/account.html")


@pages.post("/account/switch")
@client_page
def switch_account() -> Response:
    """Look at another account from now on; one that is not theirs is not there (404)."""
    wanted, visitor = request.form.get("account_id", ""), current_visitor()
    if not any(access.account_id == wanted for access in visitor.accounts):
        raise NotFound
    current_guard().sessions.forget(visitor.session)  # so that identity hears which account was looked at last
    response = redirect("/home", 303)
    cookies.remember_account(response, wanted)
    return response


def _send_code(prefer: str) -> None:
    session["flow"] = upstreams().sign_in.start(session["email"], client_info(), prefer)
    session["flow_email"], session["prefer"] = session["email"], prefer
    session["sent_at"] = int(time.time())


def _has_code(email: str) -> bool:
    """Whether this browser asked for a code to that address, so that the code counts here."""
    return "flow" in session and str(session.get("flow_email", "")).casefold() == email.casefold()


def _seconds_left() -> int:
    return max(0, RESEND_SECONDS - (int(time.time()) - int(session.get("sent_at", 0))))


def _email_page(form: Form) -> str:
    return render_template("portal/sign_in/email.html", form=form, ways=ways("client"))


def _password_page(form: Form) -> str:
    return render_template("portal/sign_in/password.html", form=form, ways=ways("client"))


def _code_page(form: Form) -> str:
    return render_template(
        "portal/sign_in/code.html",
        form=form,
        ways=ways("client"),
        email=session.get("email", ""),
        prefer=session.get("prefer", "sms"),
        seconds_left=_seconds_left(),
    )

"""Confirming one's own mobile number with a code sent to it; codes of signing in go there from then on (B1)."""

import time

from flask import Blueprint, flash, redirect, session
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.access import client_page
from gateway.forms import Form
from gateway.security import waiting
from gateway.security.own import HOME, render
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("portal_mobile", __name__)

PATH = f"{HOME['client']}/mobile"
RESEND_SECONDS, CODE_SECONDS = 60, 600
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@client_page(proof=True)
def ask() -> Answer:
    """Say where the code goes, or ask for the one that was sent."""
    return _page(Form())


@pages.post(f"{PATH}/code")
@client_page(limit="sign-in")
def send_code() -> Answer:
    """Have a code sent to the number."""
    try:
        clients().security.send_mobile_code()
    except Problem as problem:
        return _refused(problem, Form(), "")
    session["mobile_code_at"] = int(time.time())
    flash(_("A code is on its way to your phone."))
    return redirect(PATH, 303)


@pages.post(PATH)
@client_page(limit="sign-in")
def confirm() -> Answer:
    """Take the code that was sent."""
    form = Form.posted("code")
    if not form.require("code", _("Write the six digits.")):
        return _page(form, 422)
    try:
        clients().security.confirm_mobile(form.value("code"))
    except Problem as problem:
        form.values["code"] = ""
        return _refused(problem, form, "code")
    session.pop("mobile_code_at", None)
    flash(_("Your mobile number is confirmed. Codes go there as text messages from now on."))
    return redirect(HOME["client"], 303)


def _refused(problem: Problem, form: Form, field: str) -> Answer:
    if problem.status == 409:
        flash(say_problem(problem), "warning")
        return redirect(HOME["client"], 303)
    if problem.code == "proof_required":
        raise problem
    if field:
        form.refuse_at(field, problem)
    else:
        waiting.refuse(form, problem)
    return _page(form, 422)


def _page(form: Form, status: int = 200) -> Answer:
    mobile: Json | None = clients().security.summary().get("mobile")
    if mobile is None:
        raise NotFound
    if mobile["verified"]:
        return redirect(HOME["client"], 303)
    age = int(time.time()) - int(session.get("mobile_code_at", 0))
    seconds_left = max(0, RESEND_SECONDS - age)
    context = {"number": mobile["number"], "sent": age < CODE_SECONDS, "seconds_left": seconds_left}
    return render("portal/profile/mobile.html", form=form, **context), status

"""Signing in with a passkey: alone, or as the second step after a password or a code (B2).

The script of the page asks for options, lets the browser sign them, and sends the form with the answer.
"""

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from gateway.clients import upstreams
from gateway.edge import cookies
from gateway.edge.both_sides import BothSides
from gateway.edge.guard import client_info
from gateway.edge.sessions import side_of
from gateway.security import ceremony
from gateway.security.entering import SIGN_IN, challenge, enter
from gateway.security.second_factor import over
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = BothSides("passkey_sign_in", __name__)


@pages.post("/sign-in/passkey/options", "/admin/sign-in/passkey/options", public=True, limit="passkey")
def options() -> Response:
    """Return what the browser signs; for the second step where one is asked for."""
    side = side_of(request.path)
    held = challenge(side) if request.args.get("step") == "second" else None
    return ceremony.options(lambda: upstreams().sign_in.passkey_options(side, held["token"] if held else None))


@pages.post("/sign-in/passkey", "/admin/sign-in/passkey", public=True, limit="sign-in")
def take() -> Response:
    """Sign in with what the browser signed."""
    side = side_of(request.path)
    flow, credential = cookies.passkey_flow(), ceremony.credential()
    back = f"{SIGN_IN[side]}/factor" if challenge(side) else SIGN_IN[side]
    try:
        if not flow or credential is None:
            raise Problem(401, "passkey_refused", "No passkey was given")
        remember = request.form.get("remember") == "yes"
        return enter(side, upstreams().sign_in.with_passkey(flow, credential, client_info(), remember=remember))
    except Problem as problem:
        if problem.code == "challenge_over":
            return over(side)
        if problem.status not in (401, 403, 422, 429):
            raise
        flash(say_problem(problem), "error")
        return redirect(back, 303)

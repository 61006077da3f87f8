"""Signing in to the admin by the firm's identity provider: the way there, and back (B7).

The flow stays in the visit, which is signed and dropped at sign-in: what the provider answers counts in the browser
that went there and in no other. The cookie is SameSite=Lax, so it comes along when the provider sends the browser back.
"""

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import upstreams
from gateway.edge.access import public_page
from gateway.edge.guard import client_info
from gateway.edge.redirects import safe_path
from gateway.security.entering import enter
from gateway.security.ways import ways
from gateway.service_messages import say_problem
from services.chassis import observability
from services.chassis.problems import Problem

pages = Blueprint("admin_oidc", __name__)
log = observability.logger(__name__)

FLOW = "oidc_flow"
Answer = str | Response | tuple[str, int]


@pages.get("/admin/sign-in/oidc")
@public_page
def leave() -> Answer:
    """Send the browser to the provider."""
    if "next" in request.args:
        session["admin_next"] = safe_path(request.args["next"], "/admin/")
    try:
        begun = upstreams().sign_in.start_oidc(client_info())
    except Problem as problem:
        return _not_in(say_problem(problem), 503 if problem.status == 503 else problem.status)
    session[FLOW] = begun["flow"]
    return redirect(begun["url"])


@pages.get("/admin/sign-in/oidc/callback")
@public_page
def come_back() -> Answer:
    """Take what the provider sent back and go on, signed in."""
    flow, brought = session.pop(FLOW, None), request.args
    if "error" in brought:
        log.warning("oidc_error", error=brought["error"][:100])
        return _not_in(_("The identity provider did not confirm who you are."), 403)
    if not flow or not brought.get("code") or not brought.get("state"):
        return _not_in(_("That took too long, or began in another browser. Sign in once more."), 400)
    try:
        answer = upstreams().sign_in.with_oidc(
            flow, brought["code"][:4000], brought["state"][:4000], brought.get("iss"), client_info()
        )
    except Problem as problem:
        return _not_in(say_problem(problem), problem.status)
    return enter("staff", answer)


def _not_in(text: str, status: int) -> tuple[str, int]:
    return render_template("admin/sign_in/not_in.html", text=text, ways=ways("staff")), status

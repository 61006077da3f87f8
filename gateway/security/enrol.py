"""Staff set up a second factor before anything else: a passkey or an authenticator app, then recovery codes (B2)."""

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from gateway.edge.access import Access, declare
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.security.own import render

pages = Blueprint("admin_enrol", __name__)


@pages.get("/admin/security/enrol")
@declare(Access("staff", enrolling=True))
def choose() -> str | Response:
    """Let them choose which; whoever has one already goes on."""
    target = safe_path(request.args.get("next"), "/admin/")
    if not current_visitor().must_enrol:
        return redirect(target)
    if "next" in request.args:
        session["enrol_next"] = target
    return render("security/enrol.html")

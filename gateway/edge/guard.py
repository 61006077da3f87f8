"""The door of every page: who may enter, and did a page of ours send the form."""

import re
from typing import Any

from flask import Flask, Response, abort, after_this_request, current_app, flash, g, redirect, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from gateway.edge import addresses, csrf, redirects
from gateway.edge.access import Access, access_of, undeclared
from gateway.edge.csrf import CsrfTokens
from gateway.edge.hosts import TrustedHosts
from gateway.edge.limits import Limits
from gateway.edge.sessions import ACCOUNT_COOKIE, COOKIES, DEVICE_COOKIE, VIEW_COOKIE, Sessions, Side, Visitor, side_of
from gateway.service_messages import say_problem
from gateway.settings import GatewaySettings
from services.chassis.lane import Lane
from services.chassis.problems import Problem
from services.chassis.secrets import new_token

EXTENSION = "atrio-guard"
NOT_VIEWED = re.compile(r"^/(profile|prove)(/|$)")
"""The pages that show or take what lets a person in: nobody views them as somebody else (B9)."""
SIGN_INS_WAITING = 50
"""Of the 64 threads, so that some are left for everything else while as many as can wait do."""
SIGN_IN_PATIENCE = 30.0


class Guard:
    """What the checks work with, kept with the app."""

    def __init__(
        self, settings: GatewaySettings, sessions: Sessions, tokens: CsrfTokens, hosts: TrustedHosts, limits: Limits
    ) -> None:
        self.settings, self.sessions, self.tokens, self.hosts, self.limits = settings, sessions, tokens, hosts, limits
        self.sign_in_lane = Lane(settings.sign_ins_at_once, SIGN_INS_WAITING, SIGN_IN_PATIENCE)

    def cookie(self, name: str) -> str | None:
        return request.cookies.get(self.settings.cookie_name(name))


def install(app: Flask) -> None:
    """Check every request of `app`; raise `RuntimeError` when a route does not say who may call it."""
    if missing := undeclared(app):
        raise RuntimeError(f"these routes do not say who may open them: {', '.join(missing)}")
    app.before_request(_enter)
    app.teardown_request(_leave)


def start(app: Flask, guard: Guard) -> None:
    """Let `guard` decide who may open the pages of `app`."""
    app.extensions[EXTENSION] = guard


def current_guard() -> Guard:
    """Return the guard of the running app."""
    found: Guard = current_app.extensions[EXTENSION]
    return found


def _enter() -> AnyResponse | None:
    access = access_of(current_app, request.endpoint) if request.endpoint else None
    if access is None:
        return None
    _brake(access)
    side = side_of(request.path)
    if access.kind == "public":
        g.visitor = None
    else:
        g.visitor = visitor_of(side)
        if g.visitor is None:
            return lead(redirects.sign_in_path(side, _page_to_return_to()))
        if g.visitor.must_enrol and not access.enrolling:
            return lead(redirects.enrolment_path(_page_to_return_to()))
        if g.visitor.acting:
            _only_look()
        if access.roles is not None and g.visitor.role not in access.roles:
            abort(404)
        if access.permission and not g.visitor.can(access.permission):
            abort(403)
        if access.proof and g.visitor.proof_is_old and request.method in csrf.SAFE_METHODS:
            return to_proof()
    if request.method not in csrf.SAFE_METHODS:
        check_origin()
        if not access.streams:
            check_csrf(request.form.get(csrf.FIELD))
    return None


def visitor_of(side: Side) -> Visitor | None:
    """Return who is signed in on `side`, or None; raises `Problem` where identity does not answer.

    Whose access has just ended is told why on the next page (S9).
    """
    guard = current_guard()
    if side == "client" and (viewed := _viewed()):
        return viewed
    token = guard.cookie(COOKIES[side])
    if not token:
        return None
    account = guard.cookie(ACCOUNT_COOKIE) if side == "client" else None
    try:
        visitor = guard.sessions.visitor(token, account)
    except Problem as problem:
        if problem.status != 401:
            raise
        flash(say_problem(problem), "warning")
        return None
    return visitor if visitor and visitor.kind == side else None


def _viewed() -> Visitor | None:
    """Return the client as whom staff views the portal in this browser, or None for nobody (any more).

    A view that is over is forgotten, and the client's own session, if there is one, counts again.
    """
    guard = current_guard()
    token = guard.cookie(VIEW_COOKIE)
    if not token:
        return None
    try:
        visitor = guard.sessions.visitor(token)
    except Problem as problem:
        if problem.status != 401:
            raise
        visitor = None
    if visitor and visitor.acting:
        return visitor
    if not g.get("view_is_over"):
        g.view_is_over = True
        after_this_request(_forget_view)
        flash(_("You no longer view the portal as a client."), "warning")
    return None


def _forget_view(response: AnyResponse) -> AnyResponse:
    settings = current_guard().settings
    name = settings.cookie_name(VIEW_COOKIE)
    response.delete_cookie(name, path="/", secure=settings.https, httponly=True, samesite="Lax")
    return response


def _only_look() -> None:
    """Raise `Problem` where staff who views as a client would change something, or see what is the person's alone."""
    if request.method not in csrf.SAFE_METHODS or NOT_VIEWED.match(request.path):
        raise Problem(403, "read_only", "You are only viewing")


def to_proof() -> AnyResponse:
    """Send the visitor to the page that asks for a proof, and from there back. What was sent with a form is lost."""
    return lead(redirects.proof_path(side_of(request.path), _page_to_return_to()))


def lead(target: str) -> AnyResponse:
    """Send the visitor to `target`; htmx follows a header, as it would follow a redirect itself."""
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 302 if request.method in csrf.SAFE_METHODS else 303)


def _page_to_return_to() -> str:
    """Return the path of the present page, or that of the page which sent the form."""
    if request.method in csrf.SAFE_METHODS and "HX-Request" not in request.headers:
        return request.full_path.rstrip("?")
    came_from = request.headers.get("HX-Current-URL") or request.referrer or ""
    return redirects.safe_path(came_from.removeprefix(request.host_url.rstrip("/")), "")


def _brake(access: Access) -> None:
    if not access.limit or request.method in csrf.SAFE_METHODS:
        return
    guard = current_guard()
    if seconds := guard.limits.wait(access.limit, client_address()):
        raise Problem(429, "too_many_requests", "Too many requests", retry_after=int(seconds) + 1)
    if access.limit != "sign-in":
        return
    request.get_data(parse_form_data=True)  # a browser that sends slowly shall not hold a turn meanwhile
    guard.sign_in_lane.enter()
    g.lane = guard.sign_in_lane


def _leave(_error: BaseException | None) -> None:
    if lane := g.pop("lane", None):
        lane.leave()


def client_address() -> str:
    """Return the visitor's address."""
    return addresses.of(request.environ, current_guard().settings.trusted_proxies)


def client_info() -> dict[str, Any]:
    """Return what identity keeps of a sign-in: address, browser, and the device that signed in before."""
    info = {"ip": client_address(), "user_agent": request.headers.get("User-Agent", "")[:300]}
    device = current_guard().cookie(device_cookie(side_of(request.path)))
    return info | ({"device": device} if device else {})


def device_cookie(side: Side) -> str:
    """Return the cookie by which a browser is known again; whoever signs in on both sides is known on both."""
    return DEVICE_COOKIE if side == "client" else f"{DEVICE_COOKIE}_staff"


def check_origin() -> None:
    """Raise `Forged` where the browser says that another site sent the present request."""
    origin, fetch_site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if not csrf.from_own_page(fetch_site, origin, current_guard().hosts.origins):
        raise csrf.Forged


def check_csrf(field: str | None) -> None:
    """Raise `Forged` unless the present request has the page's token, in a header or in `field`."""
    token = request.headers.get(csrf.HEADER) or field
    if not current_guard().tokens.accepts(token, _binding()):
        raise csrf.Forged


def csrf_token() -> str:
    """Return the token for the forms of the present page, one for all of them."""
    if "csrf_token" not in g:
        g.csrf_token = current_guard().tokens.issue(_binding() or _begin_visit())
    token: str = g.csrf_token
    return token


def _binding() -> str | None:
    """Return what tokens are bound to: the session's cookie, else the visit of somebody not signed in."""
    visit: str | None = session.get("visit")
    guard, side = current_guard(), side_of(request.path)
    viewing = guard.cookie(VIEW_COOKIE) if side == "client" else None
    if viewing or not (signed_in := guard.cookie(COOKIES[side])):
        return viewing or visit
    return csrf.binding(signed_in, guard.cookie(ACCOUNT_COOKIE) if side == "client" else None)


def _begin_visit() -> str:
    session["visit"] = new_token()
    visit: str = session["visit"]
    return visit

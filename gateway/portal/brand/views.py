"""The public page and what shows the firm: its colours, its mark; and the language."""

import re

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from gateway import formatting
from gateway.clients import Clients, clients, upstreams
from gateway.edge.access import public_page
from gateway.edge.cookies import remember_language
from gateway.edge.guard import current_guard, visitor_of
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import Side
from gateway.languages import LANGUAGES, in_language
from gateway.shell import UNKNOWN_FIRM, frames
from services.chassis.problems import Problem

pages = Blueprint("portal_brand", __name__)

COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
DAY_SECONDS = 24 * 3600


@pages.get("/")
@public_page
def welcome() -> str:
    """The firm's public page, with the way to "My account" (S15)."""
    return render_template("portal/brand/welcome.html")


@pages.get("/brand.css")
@public_page
def colours() -> Response:
    """The firm's accent, for light and for dark."""
    css = f":root{{--firm-accent:{brand_colour('accent')};--firm-accent-dark:{brand_colour('accent_on_dark')}}}\n"
    return kept_publicly(Response(css, content_type="text/css; charset=utf-8"))


@pages.get("/icon.svg")
@public_page
def icon() -> Response:
    """The firm's mark: its initials on its colour."""
    letters = escape(formatting.initials(frames().brand()["firm_name"]))
    size = 24 if len(letters) > 1 else 30
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{brand_colour("accent")}"/>'
        '<text x="32" y="33" fill="#fff" font-family="Inter,system-ui,sans-serif" font-weight="700" '
        f'font-size="{size}" text-anchor="middle" dominant-baseline="central">{letters}</text></svg>'
    )
    return kept_publicly(Response(svg, content_type="image/svg+xml"))


@pages.get("/logo.png")
@public_page
def logo() -> Response:
    """The firm's logo, a PNG that the portal service drew; kept by browsers under its own name alone."""
    if not frames().brand()["logo"]:
        abort(404)
    response = Response(clients().portal.logo().chunks, content_type="image/png")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # mails show it
    return kept_publicly(response) if request.args.get("v") == frames().brand()["logo"] else response


@pages.get("/privacy")
@public_page
def privacy() -> str:
    """What the firm says on privacy."""
    return _text(_("Privacy"), "privacy")


@pages.get("/terms")
@public_page
def terms() -> str:
    """The firm's terms of use."""
    return _text(_("Terms"), "terms")


def _text(heading: str, about: str) -> str:
    """Return the page of what the firm wrote, or of our own words where it wrote none or nobody can say."""
    try:
        written = in_language(clients().portal.texts().get(about))
    except Problem:
        written = ""
    return render_template("portal/brand/text.html", heading=heading, about=about, written=written)


@pages.post("/language")
@public_page
def change_language() -> AnyResponse:
    """Change the language of the portal, for this browser and for the person signed in."""
    return _change_language("client")


@pages.post("/admin/language")
@public_page
def change_admin_language() -> AnyResponse:
    """Change the language of the admin."""
    return _change_language("staff")


def _change_language(side: Side) -> AnyResponse:
    chosen = request.form.get("language", "")
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    response = redirect(safe_path(came_from, "/admin/" if side == "staff" else "/"), 303)
    if chosen not in LANGUAGES:
        return response
    remember_language(response, chosen)
    _tell_identity(side, chosen)
    return response


def _tell_identity(side: Side, chosen: str) -> None:
    try:
        visitor = visitor_of(side)
        if visitor:
            Clients(upstreams(), visitor.passport).identity.update_me(locale=chosen)
            current_guard().sessions.forget(visitor.session)
    except Problem as problem:
        if problem.status < 500:
            raise


def brand_colour(name: str) -> str:
    """Return a colour of the brand; what is no colour never reaches a style sheet."""
    value = str(frames().brand().get(name) or "")
    return value if COLOUR.match(value) else str(UNKNOWN_FIRM[name])


def kept_publicly(response: Response) -> Response:
    """Let browsers keep `response`, which has nothing of a person: its address changes with its content."""
    response.cache_control.public = True
    response.cache_control.max_age = DAY_SECONDS
    return response

"""Setting and taking away the gateway's cookies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import upstreams
from gateway.edge.guard import current_guard, device_cookie
from gateway.edge.sessions import ACCOUNT_COOKIE, COOKIES, LANGUAGE_COOKIE, VIEW_COOKIE, Side
from services.chassis.problems import Problem

YEAR_SECONDS = 365 * 24 * 3600
PASSKEY_COOKIE = "atrio_passkey"
PASSKEY_SECONDS = 300


def begin_session(response: Response, signed_in: Mapping[str, Any]) -> None:
    """Keep the session that identity opened. What was known of the visit before is dropped, against fixation."""
    session.clear()
    side: Side = "staff" if signed_in["kind"] == "staff" else "client"
    expires = datetime.fromisoformat(signed_in["expires_at"])
    _set(response, COOKIES[side], signed_in["session"], expires=expires)
    if signed_in.get("device"):
        _set(response, device_cookie(side), signed_in["device"], max_age=YEAR_SECONDS)
    if side == "client":
        _drop(response, ACCOUNT_COOKIE)
        _drop(response, VIEW_COOKIE)


def sign_out(side: Side, target: str) -> Response:
    """Return the redirect that ends the session: here at once, and at identity, which then tells all others.

    Where identity does not answer, the cookie is gone all the same and the visitor is told.
    """
    guard, response = current_guard(), redirect(target, 303)
    token = guard.cookie(COOKIES[side])
    session.clear()
    _drop(response, COOKIES[side])
    if side == "staff":
        _drop(response, VIEW_COOKIE)
    try:
        if token:
            guard.sessions.forget(token)
            upstreams().sign_in.end_session(token)
        flash(_("You are signed out."))
    except Problem:
        flash(_("You are signed out in this browser. On other devices the session may go on for a while."), "warning")
    return response


def begin_view(response: Response, opened: Mapping[str, Any]) -> None:
    """Let this browser see the portal as a client does; a session of the client's own here stays as it is."""
    expires = datetime.fromisoformat(opened["expires_at"])
    _set(response, VIEW_COOKIE, opened["session"], expires=expires)


def stop_view(response: Response) -> None:
    """End the view: here at once, and at identity."""
    guard = current_guard()
    token = guard.cookie(VIEW_COOKIE)
    _drop(response, VIEW_COOKIE)
    if token:
        guard.sessions.forget(token)
        upstreams().sign_in.end_session(token)


def keep_passkey_flow(response: Response, flow: str) -> None:
    """Keep which passkey ceremony this browser is in.

    Not in the visit: a script asks for it, and its answer must not overwrite what a form wrote there meanwhile.
    """
    _set(response, PASSKEY_COOKIE, flow, max_age=PASSKEY_SECONDS)


def passkey_flow() -> str | None:
    """Return the passkey ceremony that this browser is in."""
    return current_guard().cookie(PASSKEY_COOKIE)


def drop_passkey_flow(response: Response) -> None:
    """Forget the ceremony, which is over."""
    if passkey_flow():
        _drop(response, PASSKEY_COOKIE)


def remember_account(response: Response, account_id: str) -> None:
    """Keep which account a client looks at."""
    _set(response, ACCOUNT_COOKIE, account_id, max_age=YEAR_SECONDS)


def remember_language(response: Response, language: str) -> None:
    """Keep the language for the pages before sign-in."""
    _set(response, LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS)


def _set(
    response: Response, name: str, value: str, *, expires: datetime | None = None, max_age: int | None = None
) -> None:
    settings = current_guard().settings
    response.set_cookie(
        settings.cookie_name(name),
        value,
        expires=expires,
        max_age=max_age,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="Lax",
    )


def _drop(response: Response, name: str) -> None:
    settings = current_guard().settings
    response.delete_cookie(settings.cookie_name(name), path="/", secure=settings.https, httponly=True, samesite="Lax")

"""What follows a right password, code or passkey: the page that was asked for, or the question for a second factor.

The challenge of a second factor stays in the visit, which is signed and dropped at sign-in: it counts in the browser
that gave the password and in no other (threat 19).
"""

from typing import Any

from flask import flash, redirect, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json
from gateway.edge import cookies
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import Side
from gateway.security.ways import ways

SIGN_IN: dict[Side, str] = {"client": "/sign-in", "staff": "/admin/sign-in"}
NEXT: dict[Side, tuple[str, str]] = {"client": ("next", "/home"), "staff": ("admin_next", "/admin/")}
"""Where the visit keeps the page that was asked for, and the page where nobody asked for one."""


def enter(side: Side, answer: Json) -> Response:
    """Return the redirect after a first or second factor that identity has taken."""
    if "challenge" in answer:
        session["challenge"] = {"side": side, "token": answer["challenge"], "factors": list(answer["factors"])}
        return redirect(f"{SIGN_IN[side]}/factor", 303)
    key, home = NEXT[side]
    offered = bool(session.get("offer_passkey"))
    response = redirect(safe_path(session.get(key), home), 303)
    begin(response, answer, offer_passkey=offered)
    return response


def begin(response: Response, answer: Json, *, offer_passkey: bool = False) -> None:
    """Keep the session that identity opened, and offer a client who chose a password a passkey too."""
    cookies.begin_session(response, answer)
    cookies.drop_passkey_flow(response)
    if offer_passkey and answer["kind"] == "client" and ways("client").passkey:
        flash(_("Sign in without a password next time, with your fingerprint, face or device PIN."), "passkey")


def challenge(side: Side) -> dict[str, Any] | None:
    """Return the second factor that is asked for in this browser: its `token` and the `factors` that count."""
    held: dict[str, Any] | None = session.get("challenge")
    return held if held and held["side"] == side else None

"""One's own sessions and devices, and the history of sign-ins (B5)."""

from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.dialogs import confirm
from gateway.edge import cookies
from gateway.edge.both_sides import BothSides
from gateway.edge.sessions import side_of
from gateway.security.own import SESSIONS, forget_kept, render
from services.chassis.problems import Problem

pages = BothSides("sessions", __name__)

PORTAL, ADMIN = SESSIONS["client"], SESSIONS["staff"]


@pages.get(PORTAL, ADMIN)
def show() -> str:
    """Where the person is signed in, which devices are known, and the sign-ins of 90 days."""
    security = clients().security
    return render(
        "security/sessions.html",
        here=_home(),
        sessions=security.sessions(),
        devices=security.devices(),
        page=security.sign_ins(cursor=request.args.get("cursor")),
    )


@pages.post(f"{PORTAL}/<uuid:session_id>/end", f"{ADMIN}/<uuid:session_id>/end")
def end(session_id: UUID) -> Response:
    """End one session; ending the present one is signing out."""
    mine = next((row for row in clients().security.sessions() if row["id"] == str(session_id)), None)
    if mine and mine["current"]:
        return _signed_out()
    try:
        clients().security.end_session(str(session_id))
    except Problem as problem:
        if problem.status != 404:
            raise  # it is over already, which is what was wanted
    flash(_("That session has ended."))
    return redirect(_home(), 303)


@pages.get(f"{PORTAL}/end-all", f"{ADMIN}/end-all")
def ask_end_all() -> str:
    """Ask before the person is signed out everywhere."""
    return confirm(
        _("Sign out everywhere?"),
        _("Every session ends within seconds, this one too, and no device is remembered any more."),
        f"{_home()}/end-all",
        _("Sign out everywhere"),
        _home(),
    )


@pages.post(f"{PORTAL}/end-all", f"{ADMIN}/end-all")
def end_all() -> Response:
    """Sign out everywhere, here at once."""
    clients().security.end_everywhere()
    return _signed_out()


@pages.post(f"{PORTAL}/devices/<uuid:device_id>/forget", f"{ADMIN}/devices/<uuid:device_id>/forget")
def forget(device_id: UUID) -> Response:
    """Forget a device: at its next sign-in it counts as new."""
    try:
        clients().security.forget_device(str(device_id))
    except Problem as problem:
        if problem.status != 404:
            raise
    flash(_("The device is forgotten."))
    return redirect(_home(), 303)


def _home() -> str:
    return SESSIONS[side_of(request.path)]


def _signed_out() -> Response:
    forget_kept()
    side = side_of(request.path)
    return cookies.sign_out(side, "/admin/sign-in" if side == "staff" else "/")

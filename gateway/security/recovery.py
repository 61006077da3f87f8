"""Recovery codes: ten, shown once, each good for one sign-in without the other factors (B2)."""

from flask import flash, make_response, redirect, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import dialogs
from gateway.clients import clients
from gateway.edge.both_sides import BothSides
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor, side_of
from gateway.security.own import HOME, forget_kept, render
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = BothSides("recovery", __name__)


@pages.get("/profile/security/recovery-codes", "/admin/security/recovery-codes", proof=True)
def ask() -> str:
    """Ask before new codes are made: those before work no more."""
    return dialogs.confirm(
        _("Make new recovery codes?"),
        _("You see the new codes once. The codes you have now work no more from then on."),
        request.path,
        _("Make new codes"),
        HOME[side_of(request.path)],
        danger=False,
    )


@pages.post("/profile/security/recovery-codes", "/admin/security/recovery-codes", limit="sign-in")
def make() -> Response:
    """Make new codes and show them, once."""
    home = HOME[side_of(request.path)]
    try:
        return codes_page(clients().security.new_recovery_codes(), home)
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "error")
        return redirect(home, 303)


def after_enrolment(codes: list[str], text: str) -> Response:
    """Return what follows a new factor: the recovery codes of who had none, and then the page they wanted."""
    target = _target()
    forget_kept()
    if codes:
        return codes_page(codes, target)
    flash(text)
    return redirect(target, 303)


def codes_page(codes: list[str], target: str) -> Response:
    """Return the page that shows the codes; nothing keeps them, so it is the only time."""
    return make_response(render("security/codes.html", codes=codes, target=target))


def _target() -> str:
    """Return where a person goes after a new factor: staff who had to enrol, to the page they wanted."""
    side = side_of(request.path)
    if current_visitor().must_enrol:
        return safe_path(session.pop("enrol_next", None), "/admin/")
    return HOME[side]

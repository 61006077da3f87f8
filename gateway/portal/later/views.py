"""Pages that have their place in the portal already and nothing on them yet; each says what will stand there."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.shell import frames, know_switches
from services.contracts.client_roles import PAYS, WORKS

pages = Blueprint("portal_later", __name__)


@dataclass(frozen=True)
class Later:
    """A page without content: its heading, what will stand there. While its `switch` is off it is not there."""

    icon: str
    heading: LazyString
    text: LazyString
    roles: frozenset[str] | None = WORKS
    switch: str | None = None


LATER = {
    "/bookings": Later(
        "calendar", _l("Bookings"), _l("Nothing here yet: your dates with the firm will stand here."), switch="bookings"
    ),
    "/payments": Later(
        "credit-card", _l("Payments"), _l("Nothing here yet: your invoices and payments will stand here."), PAYS
    ),
    "/questionnaires": Later(
        "forms",
        _l("Questionnaires"),
        _l("Nothing here yet: questionnaires to fill in will stand here."),
        switch="questionnaires",
    ),
    "/work": Later(
        "chart-bar",
        _l("Work in progress"),
        _l("Nothing here yet: what the firm is doing for you will stand here."),
        switch="jobs",
    ),
    "/prepayment": Later(
        "credit-card",
        _l("Make prepayment"),
        _l("Nothing here yet: you will be able to pay in advance here."),
        PAYS,
        switch="prepayment",
    ),
}


def _add(path: str, later: Later) -> None:
    @client_page(roles=later.roles)
    def show() -> str:
        if later.switch and not _is_on(later.switch):
            abort(404)
        return render_template("portal/later/later.html", later=later)

    view: Callable[[], str] = show
    pages.add_url_rule(path, path.strip("/").replace("-", "_"), view)


def _is_on(switch: str) -> bool:
    """Ask anew: an option that was switched off a moment ago is off, in whichever process."""
    switches = frames().fresh(current_visitor()).get("switches") or {}
    know_switches(switches)
    return bool(switches.get(switch))


for _path, _later in LATER.items():
    _add(_path, _later)

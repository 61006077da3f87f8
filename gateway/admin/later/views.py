"""Pages that have their place in the admin already and nothing on them yet; each says what will stand there."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway.edge.access import staff_page

pages = Blueprint("admin_later", __name__)


@dataclass(frozen=True)
class Later:
    """A page without content: its heading, what will stand there."""

    icon: str
    heading: LazyString
    text: LazyString


LATER = {
    "/admin/jobs": Later("chart-bar", _l("Jobs"), _l("Nothing here yet: jobs and their stages will stand here.")),
    "/admin/questionnaires": Later(
        "forms", _l("Questionnaires"), _l("Nothing here yet: questionnaires and their answers will stand here.")
    ),
    "/admin/billing": Later(
        "credit-card", _l("Billing"), _l("Nothing here yet: invoices, payments and credit will stand here.")
    ),
    "/admin/bookings": Later("calendar", _l("Bookings"), _l("Nothing here yet: dates with clients will stand here.")),
    "/admin/reports": Later("report", _l("Reports"), _l("Nothing here yet: figures of the firm will stand here.")),
}


def _add(path: str, later: Later) -> None:
    @staff_page
    def show() -> str:
        return render_template("admin/later/later.html", later=later)

    view: Callable[[], str] = show
    pages.add_url_rule(path, path.removeprefix("/admin/"), view)


for _path, _later in LATER.items():
    _add(_path, _later)

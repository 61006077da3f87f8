"""Recurring requests in the admin: the list, one with its clients and runs, pause, resume, end."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge.access import staff_page
from services.chassis.problems import Problem

pages = Blueprint("admin_request_series", __name__)

PATH = "/admin/requests/series"
EVERY = {
    "week": _l("Every week"),
    "month": _l("Every month"),
    "quarter": _l("Every quarter"),
    "year": _l("Every year"),
}


@pages.get(PATH)
@staff_page("requests.read")
def list_series() -> str:
    """The requests that come again."""
    shown = "ended" if request.args.get("show") == "ended" else "running"
    try:
        page = clients().requests.series(status=shown, cursor=request.args.get("cursor"))
    except Problem as problem:
        if problem.status != 422:
            raise
        page = clients().requests.series(status=shown)
    return render_template("admin/requests/series_list.html", page=page, shown=shown, every=EVERY)


@pages.get(f"{PATH}/<uuid:series_id>")
@staff_page("requests.read")
def show(series_id: UUID) -> str:
    """One series: what it asks, of whom, when it comes again, and what became of it so far."""
    found: Json = clients().requests.one_series(str(series_id))
    return render_template("admin/requests/series.html", series=found, every=EVERY)


@pages.get(f"{PATH}/<uuid:series_id>/end")
@staff_page("requests.write")
def ask_to_end(series_id: UUID) -> str:
    """Ask before a series ends for good."""
    found = clients().requests.one_series(str(series_id))
    text = _("“%(title)s” comes no more. What was sent stays.", title=found["title"])
    at = f"{PATH}/{series_id}"
    return confirm(_("End this series?"), text, f"{at}/end", _("End series"), at)


@pages.post(f"{PATH}/<uuid:series_id>/<string:verb>")
@staff_page("requests.write")
def move(series_id: UUID, verb: str) -> Response:
    """Pause it, let it go on, or end it."""
    words = {
        "pause": _("The series rests until you resume it."),
        "resume": _("The series goes on."),
        "end": _("The series is ended."),
    }
    if verb not in words:
        abort(404)
    clients().requests.move_series(str(series_id), verb)
    flash(words[verb])
    return redirect(url_for(".show", series_id=series_id), 303)

"""Done uploading: what was sent since the client said so last, and the button that tells the firm (S53)."""

from flask import Blueprint, abort, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.service_messages import say_problem
from gateway.shell import frames, know_switches
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_done_uploading", __name__)

PATH = "/done-uploading"


@pages.get(PATH)
@client_page(roles=WORKS)
def show() -> str:
    """What came since the last time, and the button."""
    _require_switch()
    came = clients().documents.since_done(str(current_visitor().account_id))
    return render_template("portal/done_uploading/done.html", came=came)


@pages.post(PATH)
@client_page(roles=WORKS)
def say() -> Response:
    """Tell the firm; pressed twice, it is told once."""
    try:
        answer = clients().documents.say_done(str(current_visitor().account_id), way="button")
    except Problem as problem:
        if problem.status != 403:
            raise
        flash(say_problem(problem), "error")
        return redirect("/home", 303)
    if answer["told"]:
        flash(_("The firm knows that you are done uploading."))
    else:
        flash(_("Nothing came since you told the firm; it knows already."))
    return redirect("/documents", 303)


def _require_switch() -> None:
    """Ask anew: an option that was switched off a moment ago is off, in whichever process."""
    switches = frames().fresh(current_visitor()).get("switches") or {}
    know_switches(switches)
    if not switches.get("done_uploading"):
        abort(404)

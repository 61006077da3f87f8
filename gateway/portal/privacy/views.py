"""Profile > Your data: an archive of everything, and asking for its erasure (B15). For owners of an account."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import data_words
from gateway.clients import clients
from gateway.edge import downloads
from gateway.edge.access import client_page
from gateway.forms import Form
from services.chassis.problems import Problem
from services.contracts.client_roles import OWNS

pages = Blueprint("portal_privacy", __name__)
pages.record_once(lambda state: data_words.install(state.app))

PATH = "/profile/data"
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@client_page(roles=OWNS, proof=True)
def show() -> str:
    """Show one's exports, and how far an erasure is."""
    return _page(Form())


@pages.post(PATH)
@client_page(roles=OWNS, proof=True)
def ask_export() -> Answer:
    """Have an archive made."""
    try:
        clients().privacy.ask_export()
    except Problem as problem:
        form = Form()
        form.refuse(problem)
        return _page(form), 422
    flash(_("Your data is being gathered. You get a message when it is ready."))
    return redirect(PATH, 303)


@pages.get(f"{PATH}/<uuid:export_id>/archive")
@client_page(roles=OWNS, proof=True)
def archive(export_id: UUID) -> Response:
    """Give the archive."""
    return downloads.send(clients().privacy.archive(str(export_id)))


@pages.post(f"{PATH}/erasure")
@client_page(roles=OWNS, proof=True)
def ask_erasure() -> Answer:
    """Ask the firm to erase everything."""
    form = Form.posted("reason", "confirmed")
    try:
        clients().privacy.ask_erasure(reason=form.value("reason"), confirmed=form.value("confirmed") == "yes")
    except Problem as problem:
        form.refuse(problem)
        return _page(form), 422
    flash(_("The firm knows that you want your data erased, and will decide."))
    return redirect(PATH, 303)


@pages.post(f"{PATH}/erasure/<uuid:erasure_id>/cancel")
@client_page(roles=OWNS)
def call_off(erasure_id: UUID) -> Response:
    """Take the wish back."""
    try:
        clients().privacy.call_off(str(erasure_id))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(_("The firm has decided about this already. Write to them."), "warning")
    else:
        flash(_("Nothing will be erased."))
    return redirect(PATH, 303)


def _page(form: Form) -> str:
    own = clients().privacy.own()
    running = any(export["status"] in ("gathering", "assembling") for export in own["exports"])
    return render_template("portal/privacy/data.html", form=form, own=own, running=running)

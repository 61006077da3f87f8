"""The end of a view of the portal as a client sees it (B9). It begins in the admin, on the client's page."""

from contextlib import suppress

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.edge import cookies
from gateway.edge.access import public_page
from gateway.edge.guard import visitor_of
from services.chassis.problems import Problem

pages = Blueprint("portal_viewing", __name__)


@pages.post("/view/stop")
@public_page
def stop() -> Response:
    """Stop viewing, and go back to the client's page; a session of the client's own in this browser goes on."""
    try:
        visitor = visitor_of("client")
    except Problem:
        visitor = None
    viewed = visitor.account_id if visitor and visitor.acting else None
    response = redirect(f"/admin/clients/{viewed}?tab=profile" if viewed else "/admin/clients", 303)
    with suppress(Problem):  # this browser forgets it all the same, and it ends by itself after half an hour
        cookies.stop_view(response)
    flash(_("You have stopped viewing."))
    return response

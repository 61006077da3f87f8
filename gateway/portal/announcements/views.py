"""A client has read what the firm announced (S27)."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("portal_announcements", __name__)


@pages.post("/announcements/<announcement_id>/read")
@client_page
def mark_read(announcement_id: str) -> Response:
    """Remember it and go back; one that is over meanwhile needs no reading."""
    try:
        clients().portal.read_announcement(announcement_id)
    except Problem as problem:
        if problem.status != 404:
            raise
    frames().fresh(current_visitor())
    return redirect(safe_path(request.form.get("back"), "/home"), 303)

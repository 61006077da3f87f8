"""The inbox of the portal: what happened, newest first."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.shell import frames

pages = Blueprint("portal_notifications", __name__)


@pages.get("/notifications")
@client_page
def show() -> str:
    """The notifications, those unread marked."""
    page = clients().notifications.inbox(cursor=request.args.get("cursor"))
    return render_template("portal/notifications/inbox.html", page=page)


@pages.post("/notifications/read")
@client_page
def mark_read() -> Response:
    """Mark all as read, or one and go to its page."""
    notice = request.form.get("id")
    clients().notifications.mark_read([notice] if notice else None)
    frames().count_unread(current_visitor())
    frames().fresh(current_visitor())
    return redirect(safe_path(request.form.get("path"), "/notifications"), 303)

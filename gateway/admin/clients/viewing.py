"""View as client (B9): see the portal with the eyes of one of its users, without being able to change anything."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.admin.clients.record import account_of, contact_of
from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge import cookies
from gateway.edge.access import staff_page
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_viewing", __name__)

PATH = "/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>/view"


@pages.get(PATH)
@staff_page("clients.view_as", proof=True)
def ask_view(account_id: UUID, contact_id: UUID) -> str:
    """Say what viewing as a client means, before it begins."""
    contact = _viewable(account_id, contact_id)
    return confirm(
        _("View the portal as %(name)s?", name=contact["name"]),
        _(
            "For 30 minutes this browser shows the portal as %(name)s sees it. You can change nothing there, nothing "
            "counts as read, and the client's history says that you looked.",
            name=contact["name"],
        ),
        url_for(".view", account_id=account_id, contact_id=contact_id),
        _("View the portal"),
        url_for("admin_clients.show_client", account_id=account_id, tab="profile"),
        danger=False,
    )


@pages.post(PATH)
@staff_page("clients.view_as", proof=True)
def view(account_id: UUID, contact_id: UUID) -> Response:
    """Begin; the staff's own session stays as it is."""
    contact = _viewable(account_id, contact_id)
    try:
        opened = clients().identity.view_as(contact["user_id"], str(account_id))
    except Problem as problem:
        if problem.code != "not_viewable":
            raise
        flash(say_problem(problem), "warning")
        return redirect(url_for("admin_clients.show_client", account_id=account_id, tab="profile"), 303)
    response = redirect("/home", 303)
    cookies.begin_view(response, opened)
    return response


def _viewable(account_id: UUID, contact_id: UUID) -> Json:
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    if contact["portal_status"] != "active" or not contact["user_id"]:
        raise NotFound
    return contact

"""Where one of a client's people is signed in, and when they came in or were refused (B5)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.admin.clients.record import account_of, contact_of
from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge.access import staff_page

pages = Blueprint("admin_sign_ins", __name__)

CONTACT = "/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>"


@pages.get(f"{CONTACT}/sign-ins")
@staff_page("clients.read")
def show(account_id: UUID, contact_id: UUID) -> str:
    """The person's open sessions, and the history of 90 days."""
    account, contact = _user(account_id, contact_id)
    identity = clients().identity
    return render_template(
        "admin/clients/sign_ins.html",
        account=account,
        contact=contact,
        sessions=identity.sessions_of(contact["user_id"]),
        page=identity.sign_ins_of(contact["user_id"], cursor=request.args.get("cursor")),
    )


@pages.get(f"{CONTACT}/sessions/end")
@staff_page("clients.write", proof=True)
def ask_end(account_id: UUID, contact_id: UUID) -> str:
    """Ask before somebody is signed out everywhere."""
    _account, contact = _user(account_id, contact_id)
    return confirm(
        _("End the sessions of %(name)s?", name=contact["name"]),
        _("They are signed out everywhere within seconds. What they have not saved is lost. They can sign in again."),
        url_for(".end", account_id=account_id, contact_id=contact_id),
        _("End sessions"),
        url_for(".show", account_id=account_id, contact_id=contact_id),
    )


@pages.post(f"{CONTACT}/sessions/end")
@staff_page("clients.write", proof=True)
def end(account_id: UUID, contact_id: UUID) -> Response:
    """Sign the person out everywhere."""
    _account, contact = _user(account_id, contact_id)
    clients().identity.end_sessions_of(contact["user_id"])
    flash(_("%(name)s is signed out everywhere.", name=contact["name"]))
    return redirect(url_for(".show", account_id=account_id, contact_id=contact_id), 303)


def _user(account_id: UUID, contact_id: UUID) -> tuple[Json, Json]:
    account = account_of(str(account_id))
    contact = contact_of(account, str(contact_id))
    if not contact["user_id"]:
        raise NotFound
    return account, contact

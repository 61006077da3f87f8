"""Access of a client's people to the portal: invite, send the invitation again, shut out, let in again (S1 to S4)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.admin.clients import invitations
from gateway.admin.clients.record import account_of, contact_of
from gateway.clients import Json, clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.forms import Form
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_access", __name__)

Answer = str | Response | tuple[str, int]
CONTACT = "/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>"


@pages.get("/admin/clients/<uuid:account_id>/invite")
@staff_page("clients.write")
def ask_invite(account_id: UUID) -> str:
    """The client and its contact persons, each with its state and a box to tick."""
    account = account_of(str(account_id))
    ticked = [contact["id"] for contact in account["contacts"] if contact["portal_status"] == "not_invited"]
    return _page(account, Form({"contact_ids": ticked if len(ticked) == 1 else []}))


@pages.post("/admin/clients/<uuid:account_id>/invite")
@staff_page("clients.write")
def invite(account_id: UUID) -> Answer:
    """Have an invitation mailed to everyone ticked."""
    account, form = account_of(str(account_id)), Form.posted(lists=["contact_ids"])
    if not form.require("contact_ids", _("Tick at least one person.")):
        return _page(account, form), 422
    try:
        outcome = invitations.invite(account, form.value("contact_ids"))
    except Problem as problem:
        form.refuse(problem)
        return _page(account, form), 422
    for sentence in outcome.sentences():
        flash(sentence)
    return _back(account_id)


@pages.post(f"{CONTACT}/invitation")
@staff_page("clients.write")
def send_again(account_id: UUID, contact_id: UUID) -> Response:
    """Send a new invitation, by the `channel` that was chosen for one that did not arrive (B10)."""
    account = account_of(str(account_id))
    contact = contact_of(account, str(contact_id))
    channel = request.form.get("channel")
    if channel in ("sms", "email") and contact["user_id"]:
        return _send_by(channel, contact, account_id)
    for sentence in invitations.invite(account, [contact["id"]]).sentences():
        flash(sentence)
    return _back(account_id)


def _send_by(channel: str, contact: Json, account_id: UUID) -> Response:
    try:
        clients().identity.resend_invitation(contact["user_id"], channel)
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "warning")
    else:
        by_sms = _("%(name)s gets a new invitation by SMS.", name=contact["name"])
        flash(by_sms if channel == "sms" else _("%(name)s gets a new invitation by e-mail.", name=contact["name"]))
    return _back(account_id)


@pages.get(f"{CONTACT}/suspend")
@staff_page("clients.write")
def ask_suspend(account_id: UUID, contact_id: UUID) -> str:
    """Ask before a person is shut out."""
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    return confirm(
        _("Suspend the access of %(name)s?", name=contact["name"]),
        _("They are signed out at once and cannot sign in until you let them in again, for none of their companies."),
        url_for(".suspend", account_id=account_id, contact_id=contact_id),
        _("Suspend"),
        _profile(account_id),
    )


@pages.post(f"{CONTACT}/suspend")
@staff_page("clients.write")
def suspend(account_id: UUID, contact_id: UUID) -> Response:
    """Shut a person out; their open sessions end."""
    contact = _portal_user(account_id, contact_id)
    clients().identity.suspend(contact["user_id"])
    flash(_("%(name)s can no longer sign in.", name=contact["name"]))
    return _back(account_id)


@pages.get(f"{CONTACT}/reset-second-factor")
@staff_page("clients.write", proof=True)
def ask_reset(account_id: UUID, contact_id: UUID) -> str:
    """Ask before the second factors of a person are taken away."""
    contact = _portal_user(account_id, contact_id)
    return confirm(
        _("Reset the second factor of %(name)s?", name=contact["name"]),
        _(
            "Make sure first that it is really this person who asks. Their passkeys, authenticator app and recovery "
            "codes are removed, and they are signed out everywhere. They are told by e-mail."
        ),
        url_for(".reset_second_factor", account_id=account_id, contact_id=contact_id),
        _("Reset second factor"),
        _profile(account_id),
    )


@pages.post(f"{CONTACT}/reset-second-factor")
@staff_page("clients.write", proof=True)
def reset_second_factor(account_id: UUID, contact_id: UUID) -> Response:
    """Take away the second factors of a person who lost them."""
    contact = _portal_user(account_id, contact_id)
    clients().identity.reset_second_factor(contact["user_id"])
    flash(_("%(name)s signs in without a second factor and can set up a new one.", name=contact["name"]))
    return _back(account_id)


@pages.post(f"{CONTACT}/reinstate")
@staff_page("clients.write")
def reinstate(account_id: UUID, contact_id: UUID) -> Response:
    """Let a person in again who was shut out."""
    contact = _portal_user(account_id, contact_id)
    clients().identity.reinstate(contact["user_id"])
    for sentence in invitations.Outcome(let_in=[contact["name"]]).sentences():
        flash(sentence)
    return _back(account_id)


@pages.get(f"{CONTACT}/withdraw")
@staff_page("clients.write")
def ask_withdraw(account_id: UUID, contact_id: UUID) -> str:
    """Ask before a person's access for this client, or their open invitation, is taken away."""
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    return confirm(
        _("Withdraw the access of %(name)s?", name=contact["name"]),
        _("They cannot sign in for this client any more, and links in invitations stop working."),
        url_for(".withdraw", account_id=account_id, contact_id=contact_id),
        _("Withdraw"),
        _profile(account_id),
    )


@pages.post(f"{CONTACT}/withdraw")
@staff_page("clients.write")
def withdraw(account_id: UUID, contact_id: UUID) -> Response:
    """Take a person's access for this client away."""
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    clients().portal.withdraw_access(str(contact_id))
    flash(_("%(name)s can no longer sign in for this client.", name=contact["name"]))
    return _back(account_id)


def _portal_user(account_id: UUID, contact_id: UUID) -> Json:
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    if not contact["user_id"]:
        raise NotFound
    return contact


def _profile(account_id: UUID) -> str:
    return url_for("admin_clients.show_client", account_id=account_id, tab="profile")


def _back(account_id: UUID) -> Response:
    """Return to the tab that the dialog was opened on."""
    return redirect(safe_path(request.form.get("path"), _profile(account_id)), 303)


def _page(account: Json, form: Form) -> str:
    return render_dialog(
        "admin/clients/invite.html",
        account=account,
        form=form,
        own=invitations.own_row(account),
        rows=invitations.rows(account),
        path=safe_path(request.args.get("path") or request.form.get("path"), ""),
    )

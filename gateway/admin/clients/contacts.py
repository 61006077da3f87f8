"""The contact persons of a client: add, edit, remove."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.admin.clients import contact_form, invitations
from gateway.admin.clients.account_form import ROLES
from gateway.admin.clients.record import (
    account_of,
    active_fields,
    active_groups,
    contact_of,
    document_choices,
    own_fields,
)
from gateway.clients import Json, clients
from gateway.custom_fields import own_values
from gateway.dialogs import confirm
from gateway.edge.access import staff_page
from gateway.forms import Form, show_conflict
from gateway.shell import frames
from gateway.timezones import timezone_choices
from services.chassis.problems import Problem

pages = Blueprint("admin_contacts", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/admin/clients/<uuid:account_id>/contacts/new")
@staff_page("clients.write")
def new_contact(account_id: UUID) -> str:
    """The form of a new contact person."""
    account = account_of(str(account_id))
    return _page(account, None, contact_form.blank(account, frames().brand()["timezone"]))


@pages.post("/admin/clients/<uuid:account_id>/contacts/new")
@staff_page("clients.write")
def add_contact(account_id: UUID) -> Answer:
    """Add the contact person, who is invited where that is ticked."""
    own = own_fields("contact")
    form = contact_form.posted(own)
    person = contact_form.new_contact(form, active_fields("contact")) | own_values(form, own)
    try:
        contact = clients().portal.create_contact(str(account_id), person)
    except Problem as problem:
        form.refuse(problem)
        return _page(account_of(str(account_id)), None, form), 422
    flash(_("%(name)s is a contact person now.", name=contact["name"]))
    _say_invited(contact, was_user=False)
    return _back(account_id)


@pages.get("/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>")
@staff_page("clients.write")
def edit_contact(account_id: UUID, contact_id: UUID) -> str:
    """The form of a contact person."""
    account = account_of(str(account_id))
    contact = contact_of(account, str(contact_id))
    return _page(account, contact, contact_form.of_contact(contact, own_fields("contact")))


@pages.post("/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>")
@staff_page("clients.write")
def change_contact(account_id: UUID, contact_id: UUID) -> Answer:
    """Save the contact person; where somebody else did so meanwhile, show what they saved."""
    account = account_of(str(account_id))
    contact = contact_of(account, str(contact_id))
    own = own_fields("contact")
    form = contact_form.posted(own)
    changes = contact_form.contact_changes(form, active_fields("contact")) | own_values(form, own)
    try:
        saved = clients().portal.update_contact(str(contact_id), changes)
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            show_conflict(form, contact_form.of_contact(contact, own))
        else:
            form.refuse(problem)
        return _page(account, contact, form), 422
    flash(_("Saved."))
    _say_invited(saved, was_user=contact["portal_user"])
    return _back(account_id)


@pages.get("/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>/remove")
@staff_page("clients.write")
def ask_remove(account_id: UUID, contact_id: UUID) -> str:
    """Ask before a contact person is removed, and say what is lost."""
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    text = _("The person no longer stands among the contact persons of this client.")
    if contact["portal_status"] != "not_invited":
        text += " " + _("They can no longer sign in for this client, and open invitations stop working.")
    text += " " + _("What they wrote and signed stays.")
    return confirm(
        _("Remove %(name)s?", name=contact["name"]),
        text,
        url_for(".remove_contact", account_id=account_id, contact_id=contact_id),
        _("Remove"),
        _profile(account_id),
    )


@pages.post("/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>/remove")
@staff_page("clients.write")
def remove_contact(account_id: UUID, contact_id: UUID) -> Response:
    """Remove the contact person."""
    contact = contact_of(account_of(str(account_id)), str(contact_id))
    clients().portal.remove_contact(str(contact_id))
    flash(_("%(name)s is no contact person any more.", name=contact["name"]))
    return _back(account_id)


def _say_invited(contact: Json, *, was_user: bool) -> None:
    if contact["portal_user"] and not was_user and contact["portal_status"] != "active":
        for sentence in invitations.Outcome([contact["name"]]).sentences():
            flash(sentence)


def _profile(account_id: UUID) -> str:
    return url_for("admin_clients.show_client", account_id=account_id, tab="profile")


def _back(account_id: UUID) -> Response:
    return redirect(_profile(account_id), 303)


def _page(account: Json, contact: Json | None, form: Form) -> str:
    return render_template(
        "admin/clients/contact.html",
        account=account,
        contact=contact,
        form=form,
        roles=ROLES,
        zones=timezone_choices(str(form.value("timezone"))),
        groups=active_groups("contact"),
        documents=document_choices(account["id"], "contact"),
    )

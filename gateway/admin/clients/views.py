"""The clients: their list, a new one, the page of one with its tabs, and what changes one as a whole."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.admin.clients import account_form, invitations, tab_pages
from gateway.admin.clients.record import account_of, active_fields, active_groups, document_choices, own_fields
from gateway.admin.clients.tabs import CLIENT_TABS, tabs_for
from gateway.clients import Json, clients
from gateway.custom_fields import own_values
from gateway.dialogs import confirm
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form, show_conflict
from gateway.navigation import has_page
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_clients", __name__)
CLIENT_TABS |= tab_pages.TABS

Answer = str | Response | tuple[str, int]


@pages.get("/admin/clients/new")
@staff_page("clients.write")
def new_client() -> str:
    """The form of a new client and its first contact person."""
    return _new_page(account_form.blank(frames().brand().get("locale") or "en", current_visitor().id))


@pages.post("/admin/clients/new")
@staff_page("clients.write")
def create_client() -> Answer:
    """Add the client; the contact person is invited where that is ticked."""
    form = account_form.posted_new(own_fields("account"), required_of_contact())
    try:
        account = clients().portal.create_account(
            account_form.new_account(form, active_fields("account"), active_fields("contact"), required_of_contact())
            | own_values(form, own_fields("account"))
        )
    except Problem as problem:
        form.refuse(problem)
        return _new_page(form), 422
    flash(_("%(name)s is a client now.", name=account["name"]))
    outcome = invitations.Outcome([contact["name"] for contact in account["contacts"] if contact["portal_user"]])
    for sentence in outcome.sentences():
        flash(sentence)
    return redirect(url_for(".show_client", account_id=account["id"]), 303)


@pages.get("/admin/clients/<uuid:account_id>")
@staff_page("clients.read")
def show_client(account_id: UUID) -> str:
    """The page of a client: head, tabs, the chosen tab, and beside it people, dates and the latest activity."""
    account = account_of(str(account_id))
    tabs = tabs_for(current_visitor())
    chosen = next((tab for tab in tabs if tab.name == request.args.get("tab", "overview")), tabs[0])
    content = CLIENT_TABS.get(chosen.name)
    return render_template(
        "admin/clients/client.html",
        account=account,
        tabs=tabs,
        tab=chosen,
        tab_html=content(account["id"]) if content else None,
        rail=tab_pages.rail(account, chosen.name),
        shares_documents="documents" in CLIENT_TABS,
        asks_requests=has_page(current_app, "/admin/requests/new"),
    )


@pages.get("/admin/clients/<uuid:account_id>/edit")
@staff_page("clients.write")
def edit_client(account_id: UUID) -> str:
    """The form of a client's details."""
    account = account_of(str(account_id))
    return _edit_page(account, account_form.of_account(account, own_fields("account")))


@pages.post("/admin/clients/<uuid:account_id>/edit")
@staff_page("clients.write")
def change_client(account_id: UUID) -> Answer:
    """Save the details; where somebody else did so meanwhile, show what they saved."""
    own = own_fields("account")
    form = account_form.posted_changes(own)
    changes = account_form.account_changes(form, active_fields("account")) | own_values(form, own)
    try:
        clients().portal.update_account(str(account_id), changes)
    except Problem as problem:
        account = account_of(str(account_id))
        if problem.code == "changed_meanwhile":
            show_conflict(form, account_form.of_account(account, own))
        else:
            form.refuse(problem)
        return _edit_page(account, form), 422
    flash(_("Saved."))
    return redirect(url_for(".show_client", account_id=account_id, tab="profile"), 303)


@pages.get("/admin/clients/<uuid:account_id>/archive")
@staff_page("clients.write")
def ask_archive(account_id: UUID) -> str:
    """Ask before a client is archived, and say what that means."""
    account = account_of(str(account_id))
    active = sum(contact["portal_status"] == "active" for contact in account["contacts"])
    shut_out = ngettext(
        "%(num)s person can then no longer sign in for this client.",
        "%(num)s people can then no longer sign in for this client.",
        active,
    )
    kept = _("Nothing is deleted, and you can restore the client at any time.")
    return confirm(
        _("Archive %(name)s?", name=account["name"]),
        f"{shut_out} {kept}" if active else kept,
        url_for(".archive_client", account_id=account_id),
        _("Archive"),
        url_for(".show_client", account_id=account_id),
    )


@pages.post("/admin/clients/<uuid:account_id>/archive")
@staff_page("clients.write")
def archive_client(account_id: UUID) -> Response:
    """Archive a client; the page then offers to restore it."""
    account = _set_status(str(account_id), "archived")
    flash(_("%(name)s is archived.", name=account["name"]))
    return redirect(url_for(".show_client", account_id=account_id), 303)


@pages.post("/admin/clients/<uuid:account_id>/restore")
@staff_page("clients.write")
def restore_client(account_id: UUID) -> Response:
    """Make an archived client one of the active ones again."""
    account = _set_status(str(account_id), "active")
    flash(_("%(name)s is active again.", name=account["name"]))
    return redirect(url_for(".show_client", account_id=account_id), 303)


def _set_status(account_id: str, status: str) -> Json:
    account = account_of(account_id)
    return clients().portal.update_account(account_id, {"status": status, "version": account["version"]})


def required_of_contact() -> list[Json]:
    """Return the firm's own fields without which no contact person can be added; the form of a new client has them."""
    return [field for field in own_fields("contact") if field["required"] and field["kind"] != "file"]


def _new_page(form: Form) -> str:
    visitor = current_visitor()
    return render_template(
        "admin/clients/new.html",
        form=form,
        groups=active_groups("account"),
        active_contact=active_fields("contact"),
        required_of_contact=required_of_contact(),
        kinds=account_form.KINDS,
        roles=account_form.ROLES,
        advisers=account_form.advisers({"id": visitor.id, "name": visitor.name}),
    )


def _edit_page(account: Json, form: Form) -> str:
    return render_template(
        "admin/clients/edit.html",
        account=account,
        groups=active_groups("account"),
        documents=document_choices(account["id"], "account"),
        form=form,
        kinds=account_form.KINDS,
        advisers=account_form.advisers(account["adviser"]),
    )

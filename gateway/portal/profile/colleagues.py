"""Colleagues: who uses the portal with the owner of an account, who may invite them where the firm lets it (B4)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.admin.clients.invitations import Outcome
from gateway.clients import Json, clients
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import client_page
from gateway.forms import Form
from gateway.service_messages import say_problem
from gateway.statuses import ROLES as ROLE_WORDS
from services.chassis.problems import Problem
from services.contracts.client_roles import OWNS

pages = Blueprint("portal_colleagues", __name__)

PATH = "/profile/colleagues"
ROLES = (
    ("owner", ROLE_WORDS["owner"], _l("Sees and does everything for the company, and invites colleagues.")),
    ("member", ROLE_WORDS["member"], _l("Answers requests, sends documents and signs what is addressed to them.")),
    ("signer", ROLE_WORDS["signer"], _l("Sees only what is addressed to them for signature.")),
    ("billing", ROLE_WORDS["billing"], _l("Sees invoices and the details of the company, no requests or documents.")),
)
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@client_page(roles=OWNS)
def show() -> str:
    """The people of the company, each with role and state."""
    return render_template("portal/profile/colleagues.html", people=_people())


@pages.get(f"{PATH}/invite")
@client_page(roles=OWNS)
def ask_invite() -> str:
    """Ask whom to invite, and as what."""
    _people()
    return _invite_page(Form({"role": "member"}))


@pages.post(f"{PATH}/invite")
@client_page(roles=OWNS)
def invite() -> Answer:
    """Have an invitation sent to the colleague."""
    form = Form.posted("name", "email", "role")
    try:
        clients().portal.invite_colleague(form.value("name"), form.value("email"), form.value("role"))
    except Problem as problem:
        if problem.code == "colleagues_off":
            raise NotFound from problem
        form.refuse(problem)
        return _invite_page(form), 422
    for sentence in Outcome([form.value("name")]).sentences():
        flash(sentence)
    return redirect(PATH, 303)


@pages.get(f"{PATH}/<uuid:contact_id>/role")
@client_page(roles=OWNS)
def ask_role(contact_id: UUID) -> str:
    """Ask what a colleague may do from now on."""
    person = _colleague(contact_id)
    return _role_page(person, Form({"role": person["role"]}))


@pages.post(f"{PATH}/<uuid:contact_id>/role")
@client_page(roles=OWNS)
def change_role(contact_id: UUID) -> Answer:
    """Give a colleague another role."""
    person, form = _colleague(contact_id), Form.posted("role")
    try:
        clients().portal.change_colleague(str(contact_id), form.value("role"))
    except Problem as problem:
        form.refuse(problem)
        return _role_page(person, form), 422
    flash(_("%(name)s has the role %(role)s now.", name=person["name"], role=ROLE_WORDS[form.value("role")]))
    return redirect(PATH, 303)


@pages.get(f"{PATH}/<uuid:contact_id>/withdraw")
@client_page(roles=OWNS)
def ask_withdraw(contact_id: UUID) -> str:
    """Ask before a colleague's access is taken away."""
    person = _colleague(contact_id)
    return confirm(
        _("Withdraw the access of %(name)s?", name=person["name"]),
        _("They are signed out at once and can no longer sign in for this company. What they wrote and signed stays."),
        f"{PATH}/{contact_id}/withdraw",
        _("Withdraw"),
        PATH,
    )


@pages.post(f"{PATH}/<uuid:contact_id>/withdraw")
@client_page(roles=OWNS)
def withdraw(contact_id: UUID) -> Response:
    """Take a colleague's access away."""
    person = _colleague(contact_id)
    try:
        clients().portal.withdraw_colleague(str(contact_id))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "error")
        return redirect(PATH, 303)
    flash(_("%(name)s can no longer sign in.", name=person["name"]))
    return redirect(PATH, 303)


def _people() -> list[Json]:
    """Return the people of the account; raise 404 while the firm does not let its owners invite."""
    found = clients().portal.colleagues()
    if not found["may_invite"]:
        raise NotFound
    people: list[Json] = found["items"]
    return people


def _colleague(contact_id: UUID) -> Json:
    for person in _people():
        if person["id"] == str(contact_id) and not person["is_self"]:
            return person
    raise NotFound


def _role_page(person: Json, form: Form) -> str:
    return render_dialog("portal/profile/colleague_role.html", form=form, person=person, roles=ROLES)


def _invite_page(form: Form) -> str:
    return render_dialog("portal/profile/invite_colleague.html", form=form, roles=ROLES)

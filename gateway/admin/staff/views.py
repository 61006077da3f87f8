"""The firm's own people: who they are, what they may do, and whether they may come in (B8).

Everything here wants a recent proof: whoever finds an open session of an owner shall not add themselves.
"""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.admin.clients.invitations import Outcome
from gateway.clients import Json, clients
from gateway.components import with_query
from gateway.dialogs import confirm, render_dialog
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.shell import frames
from gateway.statuses import ROLES as ROLE_WORDS
from services.chassis.problems import Problem

pages = Blueprint("admin_staff", __name__)

PATH = "/admin/settings/staff"
ONE = f"{PATH}/<uuid:user_id>"
ROLES = (
    ("agent", ROLE_WORDS["agent"], _l("Works with clients: requests, documents, signatures")),
    ("manager", ROLE_WORDS["manager"], _l("Works with clients, sets the portal up and sees its operation")),
    ("owner", ROLE_WORDS["owner"], _l("May do everything, and manages the staff")),
    ("read_only", ROLE_WORDS["read_only"], _l("Sees everything and changes nothing")),
)
"""The roles of staff: value, word, what it may do."""
ASSIGNABLE = ("agent", "read_only")
STATUSES = ("active", "invited", "suspended")
FIELDS = ("name", "role", "assigned_only")
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("staff.manage", proof=True)
def list_staff() -> Answer:
    """The firm's people; search, status and place stand in the address."""
    status, cursor = request.args.get("show", ""), request.args.get("cursor")
    q = request.args.get("q", "").strip()[:100]
    shown = status if status in STATUSES else None
    try:
        page = clients().staff.list(q=q, status=shown, cursor=cursor)
    except Problem as problem:
        if problem.status != 422 or not cursor:
            raise
        return redirect(with_query(cursor=None))
    return render_template("admin/staff/list.html", page=page, q=q, show=shown or "", me=current_visitor().id)


@pages.get(f"{PATH}/invite")
@staff_page("staff.manage", proof=True)
def ask_invite() -> str:
    """Ask whom to invite, and as what."""
    return _invite_page(Form({"role": "agent", "locale": frames().brand().get("locale") or "en"}))


@pages.post(f"{PATH}/invite")
@staff_page("staff.manage", proof=True)
def invite() -> Answer:
    """Add the person and have the invitation mailed."""
    form = Form.posted("email", "locale", *FIELDS)
    person = _of_form(form) | {"email": form.value("email"), "locale": form.value("locale")}
    try:
        added = clients().staff.invite(person | {"timezone": frames().brand().get("timezone") or "UTC"})
    except Problem as problem:
        _refuse(form, problem)
        return _invite_page(form), 422
    for sentence in Outcome([added["name"]]).sentences():
        flash(sentence)
    return redirect(PATH, 303)


@pages.get(ONE)
@staff_page("staff.manage", proof=True)
def show(user_id: UUID) -> str:
    """One of the firm's people: name and role to change, and how they come in."""
    person = clients().staff.read(str(user_id))
    values = {"name": person["name"], "role": person["role"], "assigned_only": "yes" if person["assigned_only"] else ""}
    return _page(person, Form(values))


@pages.post(ONE)
@staff_page("staff.manage", proof=True)
def change(user_id: UUID) -> Answer:
    """Save name and role; who is signed in has them at once."""
    form = Form.posted(*FIELDS)
    changes = _of_form(form)
    if str(user_id) == current_visitor().id:
        changes = {"name": form.value("name")}  # nobody changes their own role; the page does not offer it
    try:
        clients().staff.change(str(user_id), changes)
    except Problem as problem:
        _refuse(form, problem)
        return _page(clients().staff.read(str(user_id)), form), 422
    flash(_("Saved."))
    return redirect(PATH, 303)


@pages.post(f"{ONE}/invitation")
@staff_page("staff.manage", proof=True)
def invite_again(user_id: UUID) -> Response:
    """Mail a new invitation; the link before works no more."""
    person = clients().staff.act(str(user_id), "invitations")
    for sentence in Outcome([person["name"]]).sentences():
        flash(sentence)
    return redirect(PATH, 303)


@pages.get(f"{ONE}/suspend")
@staff_page("staff.manage", proof=True)
def ask_suspend(user_id: UUID) -> str:
    """Ask before a person is shut out."""
    person = clients().staff.read(str(user_id))
    return confirm(
        _("Suspend the access of %(name)s?", name=person["name"]),
        _("They are signed out everywhere at once and cannot sign in again. Nothing that they did is lost."),
        url_for(".suspend", user_id=user_id),
        _("Suspend access"),
        PATH,
    )


@pages.post(f"{ONE}/suspend")
@staff_page("staff.manage", proof=True)
def suspend(user_id: UUID) -> Response:
    """Shut a person out."""
    return _do(user_id, "suspend", _("%(name)s can no longer sign in."))


@pages.post(f"{ONE}/reinstate")
@staff_page("staff.manage", proof=True)
def reinstate(user_id: UUID) -> Response:
    """Let a person in again."""
    return _do(user_id, "reinstate", _("%(name)s can sign in again."))


@pages.get(f"{ONE}/reset-second-factor")
@staff_page("staff.manage", proof=True)
def ask_reset(user_id: UUID) -> str:
    """Ask before the second factors of a person are taken away."""
    person = clients().staff.read(str(user_id))
    return confirm(
        _("Reset the second factor of %(name)s?", name=person["name"]),
        _(
            "Make sure first that it is really this person who asks. Their passkeys, authenticator app and recovery "
            "codes are removed, they are signed out everywhere, and at the next sign-in they set up new ones."
        ),
        url_for(".reset_second_factor", user_id=user_id),
        _("Reset second factor"),
        PATH,
    )


@pages.post(f"{ONE}/reset-second-factor")
@staff_page("staff.manage", proof=True)
def reset_second_factor(user_id: UUID) -> Response:
    """Take away the second factors of a person who lost them."""
    return _do(user_id, "reset-second-factor", _("%(name)s sets up a second factor at the next sign-in."))


def _do(user_id: UUID, act: str, done: str) -> Response:
    try:
        person = clients().staff.act(str(user_id), act)
    except Problem as problem:
        if problem.status != 409:
            raise
        form = Form()
        form.refuse(problem)
        flash(" ".join(form.errors[""]), "warning")
    else:
        flash(done % {"name": person["name"]})
    return redirect(PATH, 303)


def _of_form(form: Form) -> Json:
    role = form.value("role")
    limited = form.value("assigned_only") == "yes" and role in ASSIGNABLE
    return {"name": form.value("name"), "role": role, "assigned_only": limited}


def _refuse(form: Form, problem: Problem) -> None:
    """Take over what is wrong; a taken address is said beside it."""
    form.refuse(problem)
    if problem.code == "address_taken":
        form.errors["email"] = form.errors.pop("")


def _invite_page(form: Form) -> str:
    return render_dialog("admin/staff/invite.html", form=form, roles=ROLES)


def _page(person: Json, form: Form) -> str:
    is_me = person["id"] == current_visitor().id
    return render_template("admin/staff/person.html", person=person, form=form, roles=ROLES, is_me=is_me)

"""A sign-in code that did not arrive: staff has it sent the other way, and never sees it (B10)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway.admin.clients.record import account_of, contact_of
from gateway.clients import Json, clients
from gateway.dialogs import render_dialog
from gateway.edge.access import staff_page
from gateway.formatting import phone_number
from gateway.forms import Form
from gateway.statuses import other_code_channel
from services.chassis.problems import Problem

pages = Blueprint("admin_codes", __name__)

Answer = str | Response | tuple[str, int]
CONTACT = "/admin/clients/<uuid:account_id>/contacts/<uuid:contact_id>"
CHANNELS = ("email", "sms")


@pages.get(f"{CONTACT}/code")
@staff_page("clients.write")
def ask_code(account_id: UUID, contact_id: UUID) -> str:
    """Ask by which way the code goes; the one that did arrive before is not chosen."""
    account = account_of(str(account_id))
    contact = _portal_user(account, contact_id)
    return _page(account, contact, Form({"channel": other_code_channel(contact) or "email"}))


@pages.post(f"{CONTACT}/code")
@staff_page("clients.write")
def send_code(account_id: UUID, contact_id: UUID) -> Answer:
    """Have the code sent to whom waits for one, and later ones too where the other way fails."""
    account = account_of(str(account_id))
    contact = _portal_user(account, contact_id)
    form = Form.posted("channel")
    if form.value("channel") not in CHANNELS:
        form.add_error("channel", _("Choose one of the options."))
        return _page(account, contact, form), 422
    try:
        done = clients().identity.redirect_code(contact["user_id"], form.value("channel"))
    except Problem as problem:
        _refuse(form, problem)
        return _page(account, contact, form), 422
    for sentence in _sentences(contact["name"], done):
        flash(sentence)
    return redirect(url_for("admin_clients.show_client", account_id=account_id, tab="profile"), 303)


def _portal_user(account: Json, contact_id: UUID) -> Json:
    contact = contact_of(account, str(contact_id))
    if not contact["user_id"]:
        raise NotFound
    return contact


def _refuse(form: Form, problem: Problem) -> None:
    if problem.status == 429 and problem.retry_after:
        minutes = -(-problem.retry_after // 60)
        form.add_error(
            "",
            ngettext(
                "Codes were sent to this person just now. Wait a minute, then try again.",
                "Several codes were sent to this person already. Wait %(num)s minutes, then try again.",
                minutes,
            ),
        )
    else:
        form.refuse(problem)


def _sentences(name: str, done: Json) -> list[str]:
    by_sms, said = done["channel"] == "sms", []
    if done["sent"]:
        by_mail = _("A new code is on its way to %(name)s by e-mail. The one before works no more.", name=name)
        said.append(
            _("A new code is on its way to %(name)s by SMS. The one before works no more.", name=name)
            if by_sms
            else by_mail
        )
    if done["lasting"]:
        by_mail = _("From now on the codes of %(name)s go by e-mail.", name=name)
        said.append(_("From now on the codes of %(name)s go by SMS.", name=name) if by_sms else by_mail)
    if not done["sent"]:
        said.append(_("Nobody waits for one at the moment: ask them to sign in again."))
    return said


def _page(account: Json, contact: Json, form: Form) -> str:
    return render_dialog(
        "admin/clients/code.html",
        account=account,
        contact=contact,
        form=form,
        mobile=phone_number(contact["mobile"]) if contact["mobile"] else "",
        path=request.path,
    )

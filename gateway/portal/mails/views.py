"""“Send email” at the foot of the portal: a mail to the firm, and what one has sent (S35)."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("portal_mails", __name__)

SHOWN = 10
Answer = str | Response | tuple[str, int]


@pages.get("/send-email")
@client_page
def show() -> str:
    """The empty mail."""
    return _page(Form({"key": secrets.token_urlsafe(16)}))


@pages.post("/send-email")
@client_page
def send() -> Answer:
    """Send it; the same form sent twice is one mail."""
    form = Form.posted("subject", "message", "key")
    form.require("subject", _("Write what it is about."))
    form.require("message", _("Write your message."))
    if not form.is_valid():
        return _page(form), 422
    try:
        clients().reviews.send_mail(form.value("subject"), form.value("message"), form.value("key"))
    except Problem as problem:
        if problem.code == "idempotency_key_reused":  # sent, gone back, and changed: another mail
            form.values["key"] = secrets.token_urlsafe(16)
        form.refuse(problem)
        return _page(form), problem.status
    flash(_("Your e-mail is on its way. The answer comes to your own e-mail address."))
    return redirect(url_for(".show"), 303)


def _page(form: Form) -> str:
    sent = clients().reviews.mails(cursor=request.args.get("cursor"), limit=SHOWN)
    return render_template("portal/mails/write.html", form=form, sent=sent)

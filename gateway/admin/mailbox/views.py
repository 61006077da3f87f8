"""The mailbox for trying out: mails and text messages that were captured instead of sent. Only while capture is on."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from gateway.admin.mailbox.authenticators import authenticators
from gateway.clients import Json, clients
from gateway.edge.access import public_page
from gateway.edge.guard import current_guard

pages = Blueprint("dev_mailbox", __name__)


@pages.get("/dev/mailbox")
@public_page
def show() -> str:
    """The messages, newest first."""
    _only_while_capturing()
    page = clients().notifications.mailbox(to=request.args.get("to"))
    shown = authenticators(current_guard().settings)
    return render_template("admin/mailbox/mailbox.html", page=page, to=request.args.get("to", ""), shown=shown)


@pages.get("/dev/mailbox/<message_id>")
@public_page
def read(message_id: str) -> str:
    """One message with its text and, for a mail, the page that a mail program shows."""
    _only_while_capturing()
    message = clients().notifications.captured(message_id)
    return render_template("admin/mailbox/message.html", message=message)


@pages.get("/dev/mailbox/<message_id>/html")
@public_page
def html(message_id: str) -> Response:
    """The HTML part of a mail, in a box where nothing of it runs."""
    _only_while_capturing()
    message: Json = clients().notifications.captured(message_id)
    response = Response(message.get("html") or "", content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; "
        "sandbox allow-top-navigation-by-user-activation allow-popups; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@pages.post("/dev/mailbox/<message_id>/reply")
@public_page
def reply(message_id: str) -> Answer:
    """Answer a captured mail, as its reader's mail program would."""
    _only_while_capturing()
    taken = clients().notifications.reply_to_captured(message_id, request.form.get("text", ""))
    if taken["status"] == "received":
        flash(_("Your answer was sent. In a moment it stands in the portal."))
    else:
        flash(_("Your answer was sent, but it was not taken: %(reason)s", reason=taken["reason"] or ""), "warning")
    return redirect(url_for(".read", message_id=message_id), 303)


def _only_while_capturing() -> None:
    if not current_guard().settings.capture:
        abort(404)

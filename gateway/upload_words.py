"""Where files go up by themselves, and what their lines say."""

from urllib.parse import urlencode

from flask import Flask
from flask_babel import gettext as _

from gateway.edge.sessions import visitor_or_none


def install(app: Flask) -> None:
    """Let templates name the address for uploads and the words of their lines."""
    app.jinja_env.globals |= {"upload_target": upload_target, "upload_words": upload_words}


def upload_target(account_id: object = None) -> str:
    """Return where the visitor's files go up; nothing where nobody knows whose they are, as staff must say."""
    visitor = visitor_or_none()
    if visitor is None:
        return ""
    if visitor.kind == "client":
        return "/api/documents/v1/uploads"
    return f"/admin/api/documents/v1/uploads?{urlencode({'account_id': str(account_id)})}" if account_id else ""


def upload_words() -> dict[str, str]:
    """Return what a line says: its buttons, its states, and by their codes the reasons why a file is not taken."""
    return {
        "pause": _("Pause"),
        "resume": _("Go on"),
        "retry": _("Try again"),
        "remove": _("Remove"),
        "paused": _("Paused"),
        "waiting": _("The connection is lost. It goes on by itself."),
        "done": _("Arrived"),
        "failed": _("This did not arrive. Check the connection and try again."),
        "too_large": _("This file is too large."),
        "empty_file": _("This file is empty."),
        "type_not_allowed": _("This kind of file is not taken."),
        "quota_exceeded": _("There is no more room for your files. Ask the firm."),
        "storage_full": _("There is no room for this file at the moment. Tell the firm."),
        "uploads_switched_off": _("The firm takes no uploads at the moment."),
        "account_archived": _("This client is archived and takes no documents."),
        "not_signed_in": _("Your session is over. Sign in again, and choose the file again."),
    }

"""Every status of the house: the word, the icon and the tone it is shown with, the same on every page.

    {{ status("sign_request", sign_request.status) }}
"""

from dataclasses import dataclass
from typing import Literal

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_babel.speaklater import LazyString

from gateway import formatting

Tone = Literal["neutral", "info", "good", "warn", "bad"]


@dataclass(frozen=True)
class Status:
    """How a status is shown."""

    word: LazyString | str
    tone: Tone
    icon: str


STATUSES: dict[str, dict[str, Status]] = {
    "request": {
        "open": Status(N_("Open"), "info", "circle-dot"),
        "replied": Status(N_("Replied"), "good", "message-reply"),
        "closed": Status(N_("Closed"), "neutral", "circle-check"),
    },
    "request_item": {
        "open": Status(N_("Missing"), "warn", "circle-dashed"),
        "received": Status(N_("Received"), "info", "check"),
        "accepted": Status(N_("Accepted"), "good", "circle-check"),
        "rejected": Status(N_("Send again"), "bad", "arrow-back-up"),
    },
    "sign_request": {
        "preparing": Status(N_("Being prepared"), "neutral", "loader"),
        "draft": Status(N_("Draft"), "neutral", "pencil"),
        "failed": Status(N_("Cannot be used"), "bad", "alert-triangle"),
        "sent": Status(N_("Waiting for signature"), "warn", "clock"),
        "signed": Status(N_("Request signed"), "good", "check"),
        "sealing": Status(N_("Request signed"), "good", "check"),
        "completed": Status(N_("Request signed"), "good", "circle-check"),
        "declined": Status(N_("Declined"), "bad", "ban"),
        "voided": Status(N_("Withdrawn"), "neutral", "ban"),
        "expired": Status(N_("Expired"), "neutral", "clock-off"),
    },
    "recipient": {
        "waiting": Status(N_("Not their turn yet"), "neutral", "hourglass"),
        "notified": Status(N_("Notified"), "info", "mail"),
        "viewed": Status(N_("Viewed"), "warn", "eye"),
        "consented": Status(N_("Reading"), "warn", "eye-check"),
        "signed": Status(N_("Signed"), "good", "check"),
        "declined": Status(N_("Declined"), "bad", "ban"),
    },
    "document": {
        "available": Status(N_("Available"), "good", "check"),
        "quarantined": Status(N_("In quarantine"), "bad", "shield-x"),
        "deleted": Status(N_("Deleted"), "neutral", "trash"),
        "shared": Status(N_("Shared"), "good", "eye"),
        "private": Status(N_("Only the firm"), "neutral", "lock"),
        "new": Status(N_("New"), "info", "sparkles"),
        "signed": Status(N_("Signed"), "good", "signature"),
        "from_client": Status(N_("From the client"), "info", "upload"),
    },
    "portal": {
        "not_invited": Status(N_("Not invited"), "neutral", "circle-dashed"),
        "invited": Status(N_("Invited"), "warn", "mail"),
        "active": Status(N_("Active"), "good", "check"),
        "suspended": Status(N_("Suspended"), "bad", "lock"),
        "undeliverable": Status(N_("Mail came back"), "bad", "mail-x"),
    },
    "account": {
        "active": Status(N_("Active"), "good", "check"),
        "archived": Status(N_("Archived"), "neutral", "archive"),
    },
    "message": {
        "queued": Status(N_("Queued"), "neutral", "clock"),
        "sending": Status(N_("Being sent"), "info", "send"),
        "sent": Status(N_("Sent"), "good", "check"),
        "delivered": Status(N_("Delivered"), "good", "check"),
        "temporary_failure": Status(N_("Will be tried again"), "warn", "refresh"),
        "permanent_failure": Status(N_("Came back"), "bad", "mail-x"),
        "technical_failure": Status(N_("Failed"), "bad", "alert-triangle"),
    },
    "event": {
        "waiting": Status(N_("Waiting"), "neutral", "clock"),
        "handled": Status(N_("Handled"), "good", "check"),
        "published": Status(N_("Sent on"), "good", "check"),
        "retrying": Status(N_("Will be tried again"), "warn", "refresh"),
        "dead": Status(N_("Given up"), "bad", "alert-triangle"),
    },
}


def install(app: Flask) -> None:
    """Give the templates of `app` the statuses."""
    app.jinja_env.globals |= {"status_of": status_of, "due_status": due, "role_word": role_word}


def status_of(kind: str, value: str) -> Status:
    """Return how the status `value` of a `kind` is shown; raise `KeyError` for one that nobody has named."""
    return STATUSES[kind][value]


def due(value: str | None) -> Status | None:
    """Return how a due day is shown: red when it is over or today, amber within a week."""
    left = formatting.days_until(value)
    if left is None:
        return None
    if left < 0:
        return Status(_("Overdue since %(day)s", day=formatting.day(value)), "bad", "clock-exclamation")
    tone: Tone = "bad" if left == 0 else "warn" if left <= 7 else "neutral"
    return Status(_("Due %(day)s", day=formatting.day(value)), tone, "clock")


ROLES: dict[str, LazyString] = {
    "owner": N_("Owner"),
    "member": N_("Member"),
    "signer": N_("Signs"),
    "billing": N_("Invoices"),
    "manager": N_("Manager"),
    "agent": N_("Agent"),
    "read_only": N_("Read only"),
}


def role_word(role: str | None) -> str:
    """Return the word for a role of a contact or of staff."""
    return str(ROLES[role]) if role in ROLES else ""

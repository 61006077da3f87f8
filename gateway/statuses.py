"""Every status of the house: the word, the icon and the tone it is shown with, the same on every page.

{{ status("sign_request", sign_request.status) }}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from flask_babel.speaklater import LazyString

from gateway import formatting
from services.chassis import clock

Tone = Literal["neutral", "info", "good", "warn", "bad"]


@dataclass(frozen=True)
class Status:
    """How a status is shown."""

    word: LazyString | str
    tone: Tone
    icon: str


STATUSES: dict[str, dict[str, Status]] = {
    "request": {
        "open": Status(_l("Open"), "info", "circle-dot"),
        "replied": Status(_l("Replied"), "good", "message-reply"),
        "closed": Status(_l("Closed"), "neutral", "circle-check"),
    },
    "approval": {
        "asked": Status(_lp("approval", "Waiting"), "warn", "clock"),
        "approved": Status(_lp("approval", "Approved"), "good", "circle-check"),
        "rejected": Status(_lp("approval", "Rejected"), "bad", "circle-x"),
        "undone": Status(_lp("approval", "Taken back"), "neutral", "arrow-back-up"),
    },
    "conversation": {
        "open": Status(_l("Open"), "info", "circle-dot"),
        "closed": Status(_l("Closed"), "neutral", "circle-check"),
    },
    "case": {
        "open": Status(_lp("case", "Open"), "info", "circle-dot"),
        "in_progress": Status(_l("In progress"), "info", "loader"),
        "waiting_for_response": Status(_l("Waiting for response"), "warn", "hourglass"),
        "closed": Status(_lp("case", "Closed"), "neutral", "circle-check"),
    },
    "priority": {
        "low": Status(_l("Low"), "neutral", "chevron-down"),
        "normal": Status(_l("Normal"), "neutral", "circle-dot"),
        "high": Status(_l("High"), "warn", "chevron-up"),
        "urgent": Status(_l("Urgent"), "bad", "alert-triangle"),
    },
    "request_series": {
        "active": Status(_l("Running"), "good", "refresh"),
        "paused": Status(_l("Paused"), "warn", "hourglass"),
        "ended": Status(_l("Ended"), "neutral", "circle-check"),
    },
    "request_item": {
        "open": Status(_l("Missing"), "warn", "circle-dashed"),
        "received": Status(_l("Received"), "info", "check"),
        "accepted": Status(_l("Accepted"), "good", "circle-check"),
        "rejected": Status(_l("Send again"), "bad", "arrow-back-up"),
    },
    "sign_request": {
        "preparing": Status(_l("Being prepared"), "neutral", "loader"),
        "draft": Status(_l("Draft"), "neutral", "pencil"),
        "failed": Status(_l("Cannot be used"), "bad", "alert-triangle"),
        "sent": Status(_l("Waiting for signature"), "warn", "clock"),
        "signed": Status(_l("Request signed"), "good", "check"),
        "sealing": Status(_l("Request signed"), "good", "check"),
        "completed": Status(_l("Request signed"), "good", "circle-check"),
        "declined": Status(_l("Declined"), "bad", "ban"),
        "voided": Status(_l("Withdrawn"), "neutral", "ban"),
        "expired": Status(_l("Expired"), "neutral", "clock-off"),
    },
    "announcement": {
        "current": Status(_l("Current"), "good", "speakerphone"),
        "planned": Status(_l("Planned"), "info", "clock"),
        "past": Status(_l("Past"), "neutral", "clock-off"),
    },
    "recipient": {
        "waiting": Status(_l("Not their turn yet"), "neutral", "hourglass"),
        "notified": Status(_l("Notified"), "info", "mail"),
        "viewed": Status(_l("Viewed"), "warn", "eye"),
        "consented": Status(_l("Reading"), "warn", "eye-check"),
        "signed": Status(_l("Signed"), "good", "check"),
        "declined": Status(_l("Declined"), "bad", "ban"),
    },
    "document": {
        "available": Status(_l("Available"), "good", "check"),
        "quarantined": Status(_l("In quarantine"), "bad", "shield-x"),
        "deleted": Status(_l("Deleted"), "neutral", "trash"),
        "shared": Status(_l("Shared"), "good", "eye"),
        "private": Status(_l("Only the firm"), "neutral", "lock"),
        "new": Status(_l("New"), "info", "sparkles"),
        "signed": Status(_l("Signed"), "good", "signature"),
        "from_client": Status(_l("From the client"), "info", "upload"),
        "locked": Status(_l("Locked until paid"), "warn", "lock"),
    },
    "share_link": {
        "active": Status(_l("Working"), "good", "link"),
        "revoked": Status(_lp("link", "Closed"), "neutral", "lock"),
        "expired": Status(_lp("link", "Expired"), "neutral", "clock-off"),
        "used_up": Status(_lp("link", "Used up"), "neutral", "circle-check"),
    },
    "retention": {
        "new": Status(_lp("rule", "New"), "neutral", "circle-dashed"),
        "tried": Status(_lp("rule", "Counted"), "info", "eye"),
        "on": Status(_lp("rule", "On"), "good", "check"),
    },
    "portal": {
        "not_invited": Status(_l("Not invited"), "neutral", "circle-dashed"),
        "invited": Status(_l("Invited"), "warn", "mail"),
        "active": Status(_l("Active"), "good", "check"),
        "suspended": Status(_l("Suspended"), "bad", "lock"),
        "undeliverable": Status(_l("Mail came back"), "bad", "mail-x"),
    },
    "means": {
        "set": Status(_l("Ready"), "good", "check"),
        "not_set": Status(_l("Not set up"), "neutral", "circle-dashed"),
        "low": Status(_l("Few left"), "warn", "alert-triangle"),
        "unconfirmed": Status(_l("Not confirmed"), "warn", "alert-triangle"),
        "none": Status(_l("None left"), "bad", "alert-triangle"),
    },
    "field": {
        "active": Status(_l("Active"), "good", "check"),
        "inactive": Status(_l("Inactive"), "neutral", "circle-dashed"),
    },
    "account": {
        "active": Status(_l("Active"), "good", "check"),
        "archived": Status(_l("Archived"), "neutral", "archive"),
    },
    "message": {
        "queued": Status(_l("Queued"), "neutral", "clock"),
        "sending": Status(_l("Being sent"), "info", "send"),
        "sent": Status(_l("Sent"), "good", "check"),
        "delivered": Status(_l("Delivered"), "good", "check"),
        "temporary_failure": Status(_l("Will be tried again"), "warn", "refresh"),
        "permanent_failure": Status(_l("Came back"), "bad", "mail-x"),
        "technical_failure": Status(_l("Failed"), "bad", "alert-triangle"),
    },
    "inbound_mail": {
        "received": Status(_l("Being passed on"), "info", "send"),
        "passed_on": Status(_l("Being passed on"), "info", "send"),
        "posted": Status(_l("In its thread"), "good", "check"),
        "refused": Status(_l("Not added"), "warn", "x"),
        "unmatched": Status(_l("Kept aside"), "warn", "alert-triangle"),
        "ignored": Status(_l("Ignored"), "neutral", "minus"),
        "bounced": Status(_l("Came back"), "bad", "mail-x"),
    },
    "event": {
        "waiting": Status(_l("Waiting"), "neutral", "clock"),
        "handled": Status(_l("Handled"), "good", "check"),
        "published": Status(_l("Sent on"), "good", "check"),
        "retrying": Status(_l("Will be tried again"), "warn", "refresh"),
        "dead": Status(_l("Given up"), "bad", "alert-triangle"),
    },
}


def install(app: Flask) -> None:
    """Give the templates of `app` the statuses."""
    app.jinja_env.globals |= {
        "status_of": status_of,
        "due_status": due,
        "due_at_status": due_at,
        "role_word": role_word,
        "invitation_note": invitation_note,
        "failure_note": failure_note,
        "instead_note": instead_note,
        "other_channel": other_channel,
        "other_code_channel": other_code_channel,
        "days_until": formatting.days_until,
    }


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


def due_at(value: str | None) -> Status | None:
    """Return how a due moment is shown: "due in 2 h" within a day, red once it is over."""
    when = formatting.parse(value)
    if not isinstance(when, datetime):
        return None
    minutes = int((when - clock.now()).total_seconds() // 60)
    if minutes < 0:
        return Status(_("Overdue since %(when)s", when=formatting.moment(value)), "bad", "clock-exclamation")
    if minutes < 60:
        return Status(_("Due in %(count)s min", count=max(minutes, 1)), "bad", "clock")
    if minutes < 24 * 60:
        return Status(_("Due in %(count)s h", count=minutes // 60), "warn", "clock")
    return Status(_("Due %(day)s", day=formatting.moment(value)), "neutral", "clock")


ROLES: dict[str, LazyString] = {
    "owner": _l("Owner"),
    "member": _l("Member"),
    "signer": _l("Signs"),
    "billing": _l("Invoices"),
    "manager": _l("Manager"),
    "agent": _l("Agent"),
    "read_only": _l("Read only"),
}


def role_word(role: str | None) -> str:
    """Return the word for a role of a contact or of staff."""
    return str(ROLES[role]) if role in ROLES else ""


def invitation_note(expires_at: str | None) -> str:
    """Return until when an invitation works, in words; empty where nobody says."""
    until = formatting.parse(expires_at)
    if until is None:
        return ""
    if isinstance(until, datetime) and until <= clock.now():
        return _("invitation expired")
    return _("expires %(day)s", day=formatting.day(until))


def failure_note(failure: Mapping[str, str | None]) -> str:
    """Return what did not arrive, on which way and why (B10)."""
    by_sms, is_code = failure.get("channel") == "sms", failure.get("kind") == "sign_in_code"
    if is_code:
        what = _("The code did not arrive by SMS") if by_sms else _("The code did not arrive by e-mail")
    else:
        what = _("The invitation did not arrive by SMS") if by_sms else _("The invitation did not arrive by e-mail")
    return f"{what}: {failure['reason']}" if failure.get("reason") else what


def instead_note(failure: Mapping[str, str | None]) -> str:
    """Return where codes go since staff decided so; empty where nobody did."""
    if not failure.get("instead"):
        return ""
    return _("codes go by SMS now") if failure["instead"] == "sms" else _("codes go by e-mail now")


def other_channel(contact: Mapping[str, Any]) -> str | None:
    """Return the way on which an invitation that did not arrive can be sent instead: sms, email, or None."""
    failure = contact["delivery_failure"]
    if contact["portal_status"] != "undeliverable" or not contact["user_id"] or not failure:
        return None
    if failure["channel"] == "sms":
        return "email"
    return "sms" if contact["mobile"] else None


def other_code_channel(contact: Mapping[str, Any]) -> str | None:
    """Return the way on which a code that did not arrive can be sent instead, unless staff has chosen it already."""
    failure = contact["delivery_failure"]
    if contact["portal_status"] != "active" or not contact["user_id"] or not failure:
        return None
    if failure["kind"] != "sign_in_code" or failure.get("instead"):
        return None
    if failure["channel"] == "sms":
        return "email"
    return "sms" if contact["mobile"] else None

"""The form of a contact person."""

from typing import Any

from gateway.admin.clients.account_form import version_of
from gateway.clients import Json
from gateway.forms import Form

TEXTS = ("name", "email", "locale", "timezone", "role")
PERIOD = ("support_start", "support_end")


def blank(account: Json, timezone: str) -> Form:
    """Return the form of a new contact person of `account`, in its language and the firm's time zone."""
    role = "member" if account["contacts"] else "owner"
    return Form({"locale": account["locale"], "timezone": timezone, "role": role})


def of_contact(contact: Json) -> Form:
    """Return the form of a contact person who is there."""
    values: dict[str, Any] = {name: contact[name] for name in (*TEXTS, "mobile", *PERIOD, "version")}
    values["portal_user"] = "yes" if contact["portal_user"] else ""
    return Form(values)


def posted() -> Form:
    """Return the form as it was sent."""
    return Form.posted(*TEXTS, "mobile", *PERIOD, "portal_user", "version")


def new_contact(form: Form) -> Json:
    """Return what the portal service takes for the new contact person that `form` describes."""
    values: Json = {name: form.value(name) for name in TEXTS}
    return values | {"mobile": form.value("mobile") or None, "portal_user": form.value("portal_user") == "yes"}


def contact_changes(form: Form, contact: Json) -> Json:
    """Return what the portal service takes for the changes; a support period counts only where the form shows it."""
    changes = new_contact(form) | {"version": version_of(form)}
    if has_period(contact):
        changes |= {name: form.value(name) or None for name in PERIOD}
    return changes


def has_period(contact: Json) -> bool:
    """Return whether the days between which a person may sign in stand in the form."""
    return bool(contact["support_start"] or contact["support_end"])

"""The form of a contact person."""

from collections.abc import Sequence
from typing import Any

from gateway.clients import Json
from gateway.custom_fields import form_names, form_values
from gateway.forms import Form, version_of

TEXTS = ("name", "email", "locale", "timezone", "role")
PERIOD = ("support_start", "support_end")
OPTIONAL = ("mobile", *PERIOD)
"""What may be empty, and what the field editor may have switched off."""


def blank(account: Json, timezone: str) -> Form:
    """Return the form of a new contact person of `account`, in its language and the firm's time zone."""
    role = "member" if any(contact["role"] == "owner" for contact in account["contacts"]) else "owner"
    return Form({"locale": account["locale"], "timezone": timezone, "role": role})


def of_contact(contact: Json, own: Sequence[Json] = ()) -> Form:
    """Return the form of a contact person who is there; `own` are fields of the firm's own."""
    values: dict[str, Any] = {name: contact[name] for name in (*TEXTS, *OPTIONAL, "version")}
    values["portal_user"] = "yes" if contact["portal_user"] else ""
    return Form(values | form_values(own, contact.get("custom") or {}))


def posted(own: Sequence[Json] = ()) -> Form:
    """Return the form as it was sent."""
    return Form.posted(*TEXTS, *OPTIONAL, "portal_user", "invite", "version", *form_names(own))


def new_contact(form: Form, active: frozenset[str]) -> Json:
    """Return what the portal service takes for the new contact person that `form` describes.

    Of the fields that can be switched off it gets the `active` ones alone: it refuses the others (S8).
    """
    values: Json = {name: form.value(name) for name in TEXTS}
    values |= {name: form.value(name) or None for name in OPTIONAL if name in active}
    return values | {"invite": form.value("invite") == "yes"}


def contact_changes(form: Form, active: frozenset[str]) -> Json:
    """Return what the portal service takes for the changes, of the `active` fields alone."""
    changes = new_contact(form, active) | {"version": version_of(form)}
    del changes["invite"]
    if "portal_user" in active:
        changes["portal_user"] = form.value("portal_user") == "yes"
    return changes

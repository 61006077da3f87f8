"""The plan of a sign request, who fills in what and where, as signing takes it; and the words for it.

A recipient's `key` is their contact's id, so that a field names the person themselves.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gateway.clients import Json
from gateway.forms import Form, form_errors
from gateway.service_messages import say_problem
from gateway.statuses import status_of
from services.chassis.problems import Problem
from services.contracts.client_roles import SIGNS

Plan = dict[str, list[dict[str, Any]]]
FIELD_PARTS = ("type", "page", "x", "y", "width", "height", "required", "label")


@dataclass(frozen=True)
class FieldType:
    """A type of field: its word, its icon, and how large it is at first, in points."""

    name: str
    word: str
    icon: str
    width: int
    height: int


def types() -> list[FieldType]:
    """Return the types of fields in the order of the palette."""
    return [
        FieldType("signature", _("Signature"), "signature", 180, 48),
        FieldType("initials", _("Initials"), "writing", 72, 36),
        FieldType("date", _("Date"), "calendar", 120, 22),
        FieldType("text", _("Text"), "typography", 180, 22),
        FieldType("checkbox", _("Check box"), "square-check", 16, 16),
    ]


def of(found: Json) -> Plan:
    """Return the plan that a sign request has."""
    contacts = {one["id"]: one["contact_id"] for one in found["recipients"]}
    recipients = [
        {"key": one["contact_id"], "contact_id": one["contact_id"], "role": one["role"], "order": one["order"]}
        for one in found["recipients"]
    ]
    fields = [
        {part: field[part] for part in FIELD_PARTS} | {"id": field["id"], "recipient": contacts[field["recipient_id"]]}
        for field in found["fields"]
    ]
    return {"recipients": recipients, "fields": fields}


def to_save(plan: Plan) -> Plan:
    """Return `plan` as signing takes it: a field is new with every plan and has no id yet."""
    fields = [{name: value for name, value in field.items() if name != "id"} for field in plan["fields"]]
    return {"recipients": plan["recipients"], "fields": fields}


def people(account: Json, named: Collection[str] = ()) -> list[Json]:
    """Return the client's contact persons who can be asked, those who sign in already first.

    Who is `named` in a plan is among them in any case, so that they can be taken out of it again.
    """
    rows = [
        {
            "id": contact["id"],
            "name": contact["name"],
            "email": contact["email"],
            "ready": contact["portal_status"] == "active" and contact["role"] in SIGNS,
            "portal": _state(contact),
        }
        for contact in account["contacts"]
        if contact["role"] in SIGNS or contact["id"] in named
    ]
    return sorted(rows, key=lambda row: not row["ready"])


def not_offered(account: Json) -> list[Json]:
    """Return the client's contact persons who cannot be asked: those of a role that signs nothing (B4)."""
    return [contact for contact in account["contacts"] if contact["role"] not in SIGNS]


def _state(contact: Json) -> str:
    if contact["role"] not in SIGNS:
        return _("Cannot sign")
    return str(status_of("portal", contact["portal_status"]).word)


def with_field(plan: Plan, form: Form) -> Plan:
    """Return `plan` with the field of `form`, whose person becomes a signer; say in `form` what is no number."""
    numbers = {name: _number(form, name) for name in ("page", "x", "y", "width", "height")}
    if not form.require("contact_id", _("Choose who fills it in.")) or not form.is_valid():
        return plan
    contact_id = form.value("contact_id")
    field = {"recipient": contact_id, "type": form.value("type"), **numbers, "page": int(numbers["page"])}
    field |= {"required": not form.value("optional"), "label": form.value("label")}
    recipients = plan["recipients"]
    if contact_id not in [one["key"] for one in recipients]:
        recipients = [*recipients, {"key": contact_id, "contact_id": contact_id, "role": "signer", "order": 1}]
    return {"recipients": recipients, "fields": [*plan["fields"], field]}


def without_field(plan: Plan, field_id: str) -> Plan:
    """Return `plan` without a field, and without the signer for whom nothing is left."""
    fields = [field for field in plan["fields"] if field["id"] != field_id]
    busy = {field["recipient"] for field in fields}
    recipients = [one for one in plan["recipients"] if one["role"] != "signer" or one["key"] in busy]
    return {"recipients": recipients, "fields": fields}


def with_recipient(plan: Plan, form: Form) -> Plan:
    """Return `plan` with what `form` says of one person; who gets a copy has no fields."""
    order = _number(form, "order")
    id, role = form.value("recipient_id"), form.value("role") or "signer"
    changed = {"key": id, "contact_id": id, "role": role, "order": int(order)}
    recipients = [changed if one["key"] == id else one for one in plan["recipients"]]
    if changed not in recipients:
        recipients.append(changed)
    fields = [field for field in plan["fields"] if role == "signer" or field["recipient"] != id]
    return {"recipients": recipients, "fields": fields}


def _number(form: Form, name: str) -> float:
    try:
        return float(form.value(name).replace(",", "."))
    except ValueError:
        form.add_error(name, _("Write a number."))
        return 0


def what_is_wrong(problem: Problem, plan: Any) -> str:
    """Return in one sentence what keeps a plan from being saved."""
    if not problem.errors:
        return say_problem(problem)
    name, texts = next(iter(form_errors(problem).items()))
    if name in ("recipients", "fields") and not (plan.get(name) if isinstance(plan, dict) else None):
        return _("Choose who signs.") if name == "recipients" else _("Place a field for the signature.")
    return texts[0]


def who_is_meant(problem: Problem, plan: Any) -> str | None:
    """Return the contact of whom signing says something is missing, if it is about one."""
    named = re.match(r"recipients\.(\d+)", next(iter(problem.errors or {}), ""))
    try:
        return str(plan["recipients"][int(named[1])]["contact_id"]) if named else None
    except (IndexError, KeyError, TypeError):
        return None


def failure_words(failure: str | None) -> str:
    """Return why a document cannot be signed, and what can be done about it."""
    words = {
        "empty": _("The file is empty."),
        "not_pdf": _("The file is no PDF. Save it as PDF and upload it again."),
        "too_large": _("The file is larger than 50 MB. Make it smaller and upload it again."),
        "damaged": _("The file is damaged. Print it to a new PDF and upload that one."),
        "encrypted": _("The file is protected with a password. Save it without protection and upload it again."),
        "too_many_pages": _("The file has more than 500 pages. Split it."),
        "page_size": _("A page is too large or too small to be shown."),
        "has_signatures": _("The file has been signed digitally before; stamping it would break that signature."),
        "not_available": _("The document is not there any more: it was deleted, or is in quarantine."),
        "other_account": _("The document belongs to another client."),
    }
    return words.get(failure or "", _("The file cannot be read."))

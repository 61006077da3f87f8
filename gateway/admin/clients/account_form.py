"""The form of a client, and of the first contact person of a new one."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.clients import Json, clients
from gateway.custom_fields import CUSTOM, form_names, form_values, own_values
from gateway.forms import Form, version_of
from gateway.statuses import ROLES as ROLE_WORDS
from services.chassis.problems import Problem

KINDS = (("company", _l("Company")), ("person", _l("Person")))
ROLES = (
    (
        "owner",
        ROLE_WORDS["owner"],
        _l("Does everything for the client, and invites colleagues if you allow it."),
    ),
    ("member", ROLE_WORDS["member"], _l("Answers requests, sends documents and signs what is addressed to them.")),
    ("signer", ROLE_WORDS["signer"], _l("Sees only what is addressed to them for signature.")),
    ("billing", ROLE_WORDS["billing"], _l("Sees invoices and the details of the client, no requests or documents.")),
)
"""The roles of a contact person: value, word, what it is for."""

OPTIONAL = frozenset({"tax_number", "address", "phone", "email", "client_since"})
"""The fields of a client that the field editor may have switched off (S8)."""
ACCOUNT_FIELDS = ("kind", "name", "tax_number", "address", "phone", "email", "locale")
RECORD_FIELDS = ("adviser_id", "client_since")
CONTACT = "contacts.0."
CONTACT_FIELDS = ("name", "email", "mobile", "locale", "role")


def blank(locale: str, adviser_id: str) -> Form:
    """Return the form of a new client, in the firm's language, looked after by whoever adds it."""
    return Form(
        {
            "kind": "company",
            "locale": locale,
            "adviser_id": adviser_id,
            f"{CONTACT}locale": locale,
            f"{CONTACT}role": "owner",
            f"{CONTACT}invite": "yes",
        }
    )


def posted_new(own: Sequence[Json] = (), own_of_contact: Sequence[Json] = ()) -> Form:
    """Return a new client's form as it was sent; `own` are fields of the firm's own."""
    names = (*ACCOUNT_FIELDS, "adviser_id", "is_test", *(CONTACT + name for name in (*CONTACT_FIELDS, "invite")))
    return Form.posted(*names, *form_names(own), *form_names(own_of_contact, CONTACT + CUSTOM))


def new_account(
    form: Form, active: frozenset[str], active_contact: frozenset[str], own_of_contact: Sequence[Json] = ()
) -> Json:
    """Return what the portal service takes for the new client that `form` describes.

    Of the fields that can be switched off it gets the active ones alone, of the client and of the contact person.
    """
    account: Json = {name: form.value(name) for name in ACCOUNT_FIELDS if name in active or name not in OPTIONAL}
    account |= {"adviser_id": form.value("adviser_id") or None, "is_test": form.value("is_test") == "yes"}
    contact = {name: form.value(CONTACT + name) for name in CONTACT_FIELDS}
    if form.value("kind") == "person" and form.value("email"):
        # A person is their own first contact: what was written once is not asked for twice.
        contact["name"] = contact["name"] or form.value("name")
        contact["email"] = contact["email"] or form.value("email")
    if contact["name"] or contact["email"] or contact["mobile"]:
        mobile = {"mobile": contact.pop("mobile") or None}
        invites = form.value(f"{CONTACT}invite") == "yes"
        own = own_values(form, own_of_contact, CONTACT + CUSTOM)
        account["contacts"] = [contact | (mobile if "mobile" in active_contact else {}) | own | {"invite": invites}]
    return account


def of_account(account: Json, own: Sequence[Json] = ()) -> Form:
    """Return the form of a client that is there; `own` are fields of the firm's own."""
    values: dict[str, Any] = {name: account[name] for name in (*ACCOUNT_FIELDS, "client_since", "version")}
    values["adviser_id"] = (account["adviser"] or {}).get("id", "")
    values["is_test"] = "yes" if account["is_test"] else ""
    return Form(values | form_values(own, account.get("custom") or {}))


def posted_changes(own: Sequence[Json] = ()) -> Form:
    """Return the form of a client that is there as it was sent."""
    return Form.posted(*ACCOUNT_FIELDS, *RECORD_FIELDS, "is_test", "version", *form_names(own))


def account_changes(form: Form, active: frozenset[str]) -> Json:
    """Return what the portal service takes for the changes that `form` describes, of the `active` fields alone."""
    changes: Json = {name: form.value(name) for name in ACCOUNT_FIELDS}
    changes |= {name: form.value(name) or None for name in RECORD_FIELDS}
    changes = {name: value for name, value in changes.items() if name in active or name not in OPTIONAL}
    return changes | {"is_test": form.value("is_test") == "yes", "version": version_of(form)}


def advisers(present: Json | None) -> list[tuple[str, str]]:
    """Return the staff as choices of an adviser; where identity does not answer, the `present` one (id, name) alone."""
    try:
        found = [(user["id"], user["name"]) for user in clients().identity.users(kind="staff", limit=200).rows]
    except Problem:
        found = []
    if present and present["id"] not in dict(found):
        found.append((present["id"], present["name"]))
    return sorted(found, key=lambda choice: choice[1].casefold())

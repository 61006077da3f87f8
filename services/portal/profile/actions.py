"""What a client changes about their own person and company, as far as the firm lets them (S26)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller, has_fresh_proof, proof_required
from services.portal.activity.actions import note
from services.portal.directory.models import Account, Contact
from services.portal.directory.records import (
    locked_contact,
    people_of,
    refresh,
    require_version,
    save,
    tell_account,
    tell_contact,
)
from services.portal.field_editor.definitions import Definition, definitions
from services.portal.field_editor.values import checked
from services.portal.profile.queries import contents, is_filled, may_edit

CHANGED = "portal.profile.changed.v1"
UNKNOWN = "There is no such field."
KEPT = "The firm keeps this. Tell it when something has changed."


def change_own(session: Session, caller: Caller, block: str, *, version: int, **values: Any) -> None:
    """Change what the firm lets a client change of a block, contact or account.

    Raises 403 for a role that changes nothing of the account and for a new mobile number without a fresh proof,
    409 where it has changed since `version`, and 422 for a field that is Read-only, not there for clients (a Hidden
    one among them, which is not told apart), or Mandatory and empty.
    """
    if not may_edit(caller, block):
        raise problems.forbidden("Your role reads the details of the account only.")
    if caller.contact_id is None:
        raise problems.not_found("This profile")
    account, contact = locked_contact(session, caller, caller.contact_id)
    if account.id != caller.account_id:
        raise problems.not_found("This profile")
    row = contact if block == "contact" else account
    require_version(row, version)
    fields = {field.name: field for field in definitions(session, block)}
    given: Mapping[str, Any] = values.pop("custom", None) or {}
    _require_editable(fields, values, given)
    if values.get("mobile", getattr(row, "mobile", None)) != getattr(row, "mobile", None):
        _require_proof(caller)
    custom = checked(session, block, given, owner_id=row.id, account_id=account.id)
    changed = save(session, block, row, values, custom)
    _require_filled(session, block, row, fields)
    if changed:
        _tell(session, caller, account, row)


def _require_editable(fields: Mapping[str, Definition], built_in: Mapping[str, Any], custom: Mapping[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    for prefix, names in (("", built_in), ("custom.", custom)):
        for name in names:
            field = fields.get(name)
            if field is None or not field.is_visible or field.is_custom != bool(prefix):
                errors[prefix + name] = [UNKNOWN]
            elif not field.is_editable:
                errors[prefix + name] = [KEPT]
    if errors:
        raise problems.invalid(errors)


def _require_proof(caller: Caller) -> None:
    # Codes to sign in with go to this number: who found an open session must not send them elsewhere.
    if not has_fresh_proof(caller):
        raise proof_required()


def _require_filled(session: Session, block: str, row: Account | Contact, fields: Mapping[str, Definition]) -> None:
    mandatory = [field for field in fields.values() if field.is_mandatory]
    empty = [field for field, value in contents(session, block, row, mandatory).items() if not is_filled(value)]
    if empty:
        raise problems.invalid(
            {f"custom.{field.name}" if field.is_custom else field.name: ["Fill this in."] for field in empty}
        )


def _tell(session: Session, caller: Caller, account: Account, row: Account | Contact) -> None:
    people = people_of(session, account.id)
    refresh(account, people)
    _tell_staff(session, caller, account, row)
    if isinstance(row, Contact):
        tell_contact(session, caller, row, "contact.changed")
        return
    tell_account(session, account)
    subject = ("account", account.id)
    note(session, "account.changed", account_id=account.id, by=caller.person, subject=subject, title=account.name)


def _tell_staff(session: Session, caller: Caller, account: Account, row: Account | Contact) -> None:
    """Record for whoever looks after the client that it has changed its own details; no value of them."""
    data = {
        "id": row.id,
        "account_id": account.id,
        "block": "contact" if isinstance(row, Contact) else "account",
        "name": row.name,
        "by": caller.person,
        "changed_at": clock.now(),
        "version": row.version,
    }
    outbox.record(session, CHANGED, subject=row.id, version=row.version, data=data)

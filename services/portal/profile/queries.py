"""Reads of a client's own profile: the fields that the firm shows to clients, with what stands in them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.contracts.client_roles import WORKS
from services.portal.copies.models import Document
from services.portal.directory.models import Account, Contact
from services.portal.directory.queries import advisers
from services.portal.field_editor.definitions import Definition, definitions, sections
from services.portal.field_editor.values import values_of

BLOCKS = ("contact", "account")


def profile(session: Session, caller: Caller) -> dict[str, Any]:
    """Return the caller's own person, and the account unless they only sign (B4); raise 404 where there is none."""
    account, contact = records(session, caller)
    return {
        "contact": _block(session, caller, "contact", contact),
        "account": _block(session, caller, "account", account) if caller.role != "signer" else None,
        "people": _people(session, account.id) if caller.role != "signer" else [],
    }


def records(session: Session, caller: Caller) -> tuple[Account, Contact]:
    """Return the account being looked at and the caller's contact in it; raise 404 where the portal has none such."""
    statement = select(Account, Contact).join(Contact, Contact.account_id == Account.id)
    statement = statement.where(Account.id == caller.account_id, Contact.id == caller.contact_id, ~Contact.removed)
    for account, contact in session.execute(statement):
        return account, contact
    raise problems.not_found("This profile")


def may_edit(caller: Caller, block: str) -> bool:
    """Return whether a client may change fields of a block at all: their own person, the account by their role."""
    return block == "contact" or caller.role in WORKS


def contents(
    session: Session, block: str, row: Account | Contact, fields: Iterable[Definition]
) -> dict[Definition, Any]:
    """Return what stands in these fields of a record."""
    fields = list(fields)
    custom = values_of(session, block, [row.id])[row.id] if any(field.is_custom for field in fields) else {}
    return {field: custom.get(field.name) if field.is_custom else getattr(row, field.name) for field in fields}


def is_filled(value: Any) -> bool:
    """Return whether something stands in a field; "no" is an answer, too."""
    return value is not None and value != ""


def _people(session: Session, account_id: UUID) -> list[dict[str, Any]]:
    statement = select(Contact.name, Contact.role).where(Contact.account_id == account_id, ~Contact.removed)
    return [{"name": row.name, "role": row.role} for row in session.execute(statement.order_by(Contact.created_at))]


def _block(session: Session, caller: Caller, block: str, row: Account | Contact) -> dict[str, Any]:
    shown = [field for field in definitions(session, block) if field.is_visible]
    values = contents(session, block, row, shown)
    told = {section.id: section.labels for section in sections(session, block)}
    words = _words(session, caller, values)
    editable = may_edit(caller, block)
    groups: list[dict[str, Any]] = []
    for section_id in (None, *told):
        members = [field for field in shown if (field.section_id if field.section_id in told else None) == section_id]
        if members:
            fields = [_told(field, values[field], words.get(field.name), editable) for field in members]
            groups.append({"labels": told.get(section_id, {}) if section_id else {}, "entries": fields})
    return {"version": row.version, "may_edit": editable and any(f.is_editable for f in shown), "groups": groups}


def _told(field: Definition, value: Any, words: str | None, editable: bool) -> dict[str, Any]:
    return {
        "name": field.name,
        "custom": field.is_custom,
        "kind": field.kind,
        "mode": field.mode if editable else "read_only",
        "labels": field.labels,
        "hints": field.hints,
        "options": [option for option in field.options if not option["retired"] or option["value"] == value],
        "value": value,
        "words": words,
    }


def _words(session: Session, caller: Caller, values: dict[Definition, Any]) -> dict[str, str]:
    """Return the names of what a field only refers to: the adviser, and documents that clients see."""
    found: dict[str, str] = {}
    documents: dict[str, UUID] = {}
    for field, value in values.items():
        if field.name == "adviser_id" and value:
            found[field.name] = advisers(session, [value]).get(value, "")
        elif field.kind == "file" and value:
            documents[field.name] = UUID(value)
    if documents:
        shown = (Document.account_id == caller.account_id, Document.shared, Document.status == "available")
        named = select(Document.id, Document.name).where(Document.id.in_(documents.values()), *shown)
        names = {row.id: row.name for row in session.execute(named)}
        found |= {name: names.get(id, "") for name, id in documents.items()}
    return found

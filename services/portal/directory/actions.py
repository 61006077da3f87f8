"""What staff does with accounts and contacts. Every change is told to the other services."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.access_log.actions import differences, note_change
from services.portal.activity.actions import note
from services.portal.directory.models import Account, Contact
from services.portal.directory.records import (
    assign,
    locked_account,
    locked_contact,
    make_findable,
    note_contact_changed,
    people_of,
    refresh,
    require_free,
    require_version,
    save,
    tell_account,
    tell_contact,
)
from services.portal.field_editor.queries import active_only, inactive
from services.portal.field_editor.values import checked, keep_values
from services.portal.privacy.standing import require_not_erased
from services.portal.settings.queries import firm_settings


def create_account(session: Session, caller: Caller, *, contacts: Sequence[dict[str, Any]], **fields: Any) -> Account:
    """Add an account with its first contacts and return it; raise 422 where two contacts share an address.

    Staff who see assigned clients only become its adviser; they can choose no other.
    """
    if caller.assigned_only:
        _require_own(caller, fields.setdefault("adviser_id", caller.id))
    fields = active_only(session, "account", fields)
    custom = checked(session, "account", fields.pop("custom", None))
    contacts = [_checked_contact(session, contact, f"contacts.{place}.") for place, contact in enumerate(contacts)]
    emails = [contact["email"] for contact in contacts]
    for place, email in enumerate(emails):
        if email in emails[:place]:
            raise problems.invalid({f"contacts.{place}.email": ["Another contact of this client has this address."]})
    if "locale" not in fields:
        fields["locale"] = firm_settings(session).locale
    now = clock.now()
    account = Account(
        **{"kind": "company", "is_test": False} | fields,
        status="active",
        created_at=now,
        updated_at=now,
        version=1,
    )
    make_findable(account, [Contact(**_searched(contact)) for contact in contacts])
    session.add(account)
    session.flush()
    keep_values(session, "account", account.id, custom)
    for contact in contacts:
        _add_contact(session, caller, account, contact)
    tell_account(session, account)
    note(
        session,
        "account.created",
        account_id=account.id,
        by=caller.person,
        subject=("account", account.id),
        title=account.name,
    )
    return account


def change_account(session: Session, caller: Caller, account_id: UUID, *, version: int, **fields: Any) -> Account:
    """Change an account and return it; raise 404, or 409 where it has changed since `version`."""
    account = locked_account(session, caller, account_id)
    require_not_erased(session, account_id)
    require_version(account, version)
    fields = active_only(session, "account", fields, row=account)
    if caller.assigned_only and "adviser_id" in fields:
        _require_own(caller, fields["adviser_id"])
    given = fields.pop("custom", None)
    custom = checked(session, "account", given, owner_id=account.id, account_id=account.id)
    changed = differences(session, "account", account, fields, custom)
    if not save(session, "account", account, fields, custom):
        return account
    make_findable(account, people_of(session, account_id))
    tell_account(session, account)
    kind = {"archived": "account.archived", "active": "account.restored"}.get(fields.get("status", ""))
    what, subject = kind or "account.changed", ("account", account.id)
    note(session, what, account_id=account.id, by=caller.person, subject=subject, title=account.name)
    note_change(session, caller, what, account_id=account.id, subject=subject, fields=None if kind else changed)
    return account


def announce_accounts(session: Session, *, after: UUID | None, limit: int = 200) -> tuple[int, UUID | None]:
    """Tell some accounts anew as they stand, in the order of their ids; return how many, and the last of them.

    None stands for the last where no more follow.
    """
    statement = select(Account).order_by(Account.id).limit(limit).with_for_update()
    accounts = list(session.scalars(statement.where(Account.id > after) if after else statement))
    for account in accounts:
        account.version += 1
        tell_account(session, account)
    return len(accounts), accounts[-1].id if len(accounts) == limit else None


def add_contact(session: Session, caller: Caller, account_id: UUID, **fields: Any) -> Contact:
    """Add a contact to an account and return it; raise 404, or 422 where its address is taken in this account."""
    account = locked_account(session, caller, account_id)
    require_not_erased(session, account_id)
    fields = _checked_contact(session, fields, account_id=account_id)
    people = people_of(session, account_id)
    require_free(people, fields["email"])
    contact = _add_contact(session, caller, account, fields)
    refresh(account, [*people, contact])
    return contact


def change_contact(session: Session, caller: Caller, contact_id: UUID, *, version: int, **fields: Any) -> Contact:
    """Change a contact and return it; raise 404, 409 where it has changed since `version`, 422 for a taken address."""
    account, contact = locked_contact(session, caller, contact_id)
    require_version(contact, version)
    fields = active_only(session, "contact", fields, row=contact)
    people = people_of(session, account.id)
    if "email" in fields:
        require_free([person for person in people if person.id != contact_id], fields["email"])
    off = inactive(session, "contact")
    start, end = (
        None if name in off else fields.get(name, getattr(contact, name)) for name in ("support_start", "support_end")
    )
    if start and end and end < start:
        raise problems.invalid({"support_end": ["The end is before the start."]})
    if fields.get("portal_user") and not contact.portal_user:
        fields |= {"invited_at": clock.now(), "invited_by": caller.person}
    given = fields.pop("custom", None)
    custom = checked(session, "contact", given, owner_id=contact.id, account_id=account.id)
    changed = differences(session, "contact", contact, fields, custom)
    if not save(session, "contact", contact, fields, custom):
        return contact
    refresh(account, people)
    tell_contact(session, caller, contact, "contact.changed")
    note_contact_changed(session, caller, contact, changed)
    return contact


def remove_contact(session: Session, caller: Caller, contact_id: UUID, *, version: int | None = None) -> None:
    """Remove a contact, whose access to the portal ends; raise 404, or 409 where it has changed since `version`."""
    account, contact = locked_contact(session, caller, contact_id)
    if version is not None:
        require_version(contact, version)
    assign(contact, {"removed": True, "portal_user": False})
    refresh(account, [person for person in people_of(session, account.id) if person.id != contact_id])
    tell_contact(session, caller, contact, "contact.removed")


def _checked_contact(
    session: Session, contact: dict[str, Any], prefix: str = "", account_id: UUID | None = None
) -> dict[str, Any]:
    """Return a new contact with its active fields alone, and with what the firm's own fields keep as `custom`."""
    fields = active_only(session, "contact", contact, prefix=prefix)
    custom = checked(session, "contact", fields.pop("custom", None), account_id=account_id, prefix=prefix)
    return fields | {"custom": custom}


def _searched(contact: dict[str, Any]) -> dict[str, Any]:
    return {name: contact.get(name) for name in ("name", "email", "mobile")}


def _add_contact(session: Session, caller: Caller, account: Account, fields: dict[str, Any]) -> Contact:
    now = clock.now()
    defaults = {"locale": account.locale, "role": "member", "portal_user": False}
    if "timezone" not in fields:
        defaults["timezone"] = firm_settings(session).timezone
    fields = {**fields, "portal_user": fields.get("portal_user") or fields.get("invite", False)}
    fields.pop("invite", None)
    custom = fields.pop("custom", {})
    contact = Contact(
        **defaults | fields, account_id=account.id, removed=False, created_at=now, updated_at=now, version=1
    )
    if contact.portal_user:
        contact.invited_at, contact.invited_by = now, caller.person
    session.add(contact)
    session.flush()
    keep_values(session, "contact", contact.id, custom)
    tell_contact(session, caller, contact, "contact.added")
    return contact


def _require_own(caller: Caller, adviser_id: UUID | None) -> None:
    if adviser_id != caller.id:
        raise problems.invalid({"adviser_id": ["Only those who see every client choose the adviser."]})

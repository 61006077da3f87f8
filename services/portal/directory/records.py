"""What every change of an account or contact is made of: found and locked, compared, set, told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller
from services.portal.access_log.actions import note_change
from services.portal.activity.actions import note
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.names import fold, search_text, tax_key
from services.portal.directory.standing import refresh_portal_status
from services.portal.field_editor.queries import inactive
from services.portal.field_editor.values import Values, keep_values
from services.portal.models import columns
from services.portal.privacy.models import LegalHold
from services.portal.search.actions import keep

ACCOUNT_SAVED = "portal.account.saved.v1"
CONTACT_SAVED = "portal.contact.saved.v1"
SUPPORT_DATES = ("support_start", "support_end")
INTERNAL = (
    *("sort_name", "search_text", "tax_key", "portal_status", "external_id", "created_at", "updated_at"),
    *("invited_by", "ending_told_on", "ending_told_days"),
)


def locked_account(session: Session, caller: Caller, account_id: UUID) -> Account:
    """Return an account that nobody else changes meanwhile; raise 404 where `caller` may see none such."""
    statement = select(Account).where(Account.id == account_id, is_visible(caller, Account.id))
    account: Account | None = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if account is None:
        raise problems.not_found("This client")
    return account


def locked_contact(session: Session, caller: Caller, contact_id: UUID) -> tuple[Account, Contact]:
    """Return a contact and its account, both locked; raise 404 where `caller` may see none such."""
    # The account is locked first, always, so that two changes of its contacts wait for each other.
    account_id = session.scalar(select(Contact.account_id).where(Contact.id == contact_id, ~Contact.removed))
    if account_id is None:
        raise problems.not_found("This contact")
    account = locked_account(session, caller, account_id)
    contact = session.get(Contact, contact_id, with_for_update=True, populate_existing=True)
    if contact is None or contact.removed:
        raise problems.not_found("This contact")
    return account, contact


def people_of(session: Session, account_id: UUID) -> list[Contact]:
    """Return the contacts of an account that were not removed."""
    statement = select(Contact).where(Contact.account_id == account_id, ~Contact.removed).order_by(Contact.id)
    return list(session.scalars(statement))


def require_version(row: Account | Contact, version: int) -> None:
    """Raise 409 where somebody else has changed a row since `version`."""
    if row.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )


def require_free(people: Sequence[Contact], email: str) -> None:
    """Raise 422 where one of `people` has that address."""
    if any(person.email == email for person in people):
        raise problems.invalid({"email": ["Another contact of this client has this address."]})


def save(session: Session, block: str, row: Account | Contact, fields: dict[str, Any], custom: Values) -> bool:
    """Set what is different, built in or of the firm's own, and count the change; return whether anything is."""
    return assign(row, fields, different=keep_values(session, block, row.id, custom))


def assign(row: Account | Contact, fields: dict[str, Any], *, different: bool = False) -> bool:
    """Set what is different and count the change; return whether anything is, or was `different` before."""
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed or different:
        row.version += 1
        row.updated_at = clock.now()
    return bool(changed) or different


def refresh(account: Account, people: Sequence[Contact]) -> None:
    """Note that the people of an account have changed."""
    make_findable(account, people)
    account.updated_at = clock.now()


def make_findable(account: Account, people: Sequence[Contact]) -> None:
    """Set what an account is searched, sorted and recognised by."""
    account.sort_name, account.tax_key = fold(account.name)[:400], tax_key(account.tax_number or "")
    account.search_text = text_to_search(account, people)


def text_to_search(account: Account, people: Sequence[Contact]) -> str:
    """Return what a search for an account looks through."""
    own = [account.name, account.tax_number or "", account.email or "", account.phone or "", account.external_id or ""]
    return search_text(own + [part for person in people for part in (person.name, person.email, person.mobile or "")])


def tell_account(session: Session, account: Account) -> None:
    """Tell the other services the state of an account."""
    state = {name: value for name, value in columns(account).items() if name not in INTERNAL}
    hold = session.get(LegalHold, account.id)
    state |= {"legal_hold": hold is not None, "legal_hold_until": hold.until if hold else None}
    outbox.record(session, ACCOUNT_SAVED, subject=account.id, version=account.version, data=state)


def announce_contact(session: Session, caller: Caller, contact: Contact) -> None:
    """Tell the other services the state of a contact; a support date counts only while its field is active (S8)."""
    state = {name: value for name, value in columns(contact).items() if name not in INTERNAL}
    off = inactive(session, "contact")
    dates = {name: None for name in SUPPORT_DATES if name in off}
    data = state | dates | {"saved_by": caller.person}
    outbox.record(session, CONTACT_SAVED, subject=contact.id, version=contact.version, data=data)


def _keep_findable(session: Session, contact: Contact) -> None:
    texts = [] if contact.removed else [contact.name, contact.email, contact.mobile or ""]
    keep(session, "contact", contact.id, texts, account_id=contact.account_id, at=contact.created_at)


def note_contact_changed(session: Session, caller: Caller, contact: Contact, fields: Sequence[str]) -> None:
    """Let the client see which fields of a contact staff has changed."""
    _note_for_client(session, caller, contact, "contact.changed", fields)


def _note_for_client(
    session: Session, caller: Caller, contact: Contact, kind: str, fields: Sequence[str] | None = None
) -> None:
    subject = ("contact", contact.id)
    note_change(
        session, caller, kind, account_id=contact.account_id, subject=subject, title=contact.name, fields=fields
    )


def tell_contact(session: Session, caller: Caller, contact: Contact, activity: str) -> None:
    """Tell the other services the state of a contact, and add what was done to the history."""
    announce_contact(session, caller, contact)
    _keep_findable(session, contact)
    if activity != "contact.changed":  # who changes one says which of its fields
        _note_for_client(session, caller, contact, activity)
    note(
        session,
        activity,
        account_id=contact.account_id,
        by=caller.person,
        subject=("contact", contact.id),
        title=contact.name,
    )
    # A new contact who is no portal user leaves the status as it is; imports add them by the thousand.
    if contact.portal_user or activity != "contact.added":
        refresh_portal_status(session, [contact.account_id])

"""What staff does with accounts and contacts. Every change is told to the other services."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller
from services.portal.activity.actions import note
from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.names import fold, search_text
from services.portal.models import columns
from services.portal.settings.queries import firm_settings

ACCOUNT_SAVED = "portal.account.saved.v1"
CONTACT_SAVED = "portal.contact.saved.v1"
INTERNAL = ("sort_name", "search_text", "created_at", "updated_at")


def create_account(session: Session, caller: Caller, *, contacts: Sequence[dict[str, Any]], **fields: Any) -> Account:
    """Add an account with its first contacts and return it; raise 422 where two contacts share an address.

    Staff who see assigned clients only become its adviser; they can choose no other.
    """
    if caller.assigned_only:
        _require_own(caller, fields.setdefault("adviser_id", caller.id))
    emails = [contact["email"] for contact in contacts]
    for place, email in enumerate(emails):
        if email in emails[:place]:
            raise problems.invalid({f"contacts.{place}.email": ["Another contact of this client has this address."]})
    now = clock.now()
    account = Account(
        **{"kind": "company", "locale": firm_settings(session).locale, "is_test": False} | fields,
        status="active",
        created_at=now,
        updated_at=now,
        version=1,
    )
    account.sort_name = account.search_text = fold(account.name)
    session.add(account)
    session.flush()
    people = [_add_contact(session, caller, account, contact) for contact in contacts]
    account.search_text = _search_text(account, people)
    _tell_account(session, account)
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
    account = _account(session, caller, account_id)
    _require_version(account, version)
    if caller.assigned_only and "adviser_id" in fields:
        _require_own(caller, fields["adviser_id"])
    if not _assign(account, fields):
        return account
    account.sort_name = fold(account.name)
    account.search_text = _search_text(account, _people(session, account_id))
    _tell_account(session, account)
    kind = {"archived": "account.archived", "active": "account.restored"}.get(fields.get("status", ""))
    note(
        session,
        kind or "account.changed",
        account_id=account.id,
        by=caller.person,
        subject=("account", account.id),
        title=account.name,
    )
    return account


def announce_accounts(session: Session, *, after: UUID | None, limit: int = 200) -> tuple[int, UUID | None]:
    """Tell some accounts anew as they stand, in the order of their ids; return how many, and the last of them.

    None stands for the last where no more follow.
    """
    statement = select(Account).order_by(Account.id).limit(limit).with_for_update()
    accounts = list(session.scalars(statement.where(Account.id > after) if after else statement))
    for account in accounts:
        account.version += 1
        _tell_account(session, account)
    return len(accounts), accounts[-1].id if len(accounts) == limit else None


def add_contact(session: Session, caller: Caller, account_id: UUID, **fields: Any) -> Contact:
    """Add a contact to an account and return it; raise 404, or 422 where its address is taken in this account."""
    account = _account(session, caller, account_id)
    people = _people(session, account_id)
    _require_free(people, fields["email"])
    contact = _add_contact(session, caller, account, fields)
    _refresh(account, [*people, contact])
    return contact


def change_contact(session: Session, caller: Caller, contact_id: UUID, *, version: int, **fields: Any) -> Contact:
    """Change a contact and return it; raise 404, 409 where it has changed since `version`, 422 for a taken address."""
    account, contact = _contact(session, caller, contact_id)
    _require_version(contact, version)
    people = _people(session, account.id)
    if "email" in fields:
        _require_free([person for person in people if person.id != contact_id], fields["email"])
    start = fields.get("support_start", contact.support_start)
    end = fields.get("support_end", contact.support_end)
    if start and end and end < start:
        raise problems.invalid({"support_end": ["The end is before the start."]})
    if fields.get("portal_user") and not contact.portal_user:
        fields["invited_at"] = clock.now()
    if not _assign(contact, fields):
        return contact
    _refresh(account, people)
    _tell_contact(session, caller, contact, "contact.changed")
    return contact


def remove_contact(session: Session, caller: Caller, contact_id: UUID, *, version: int | None = None) -> None:
    """Remove a contact, whose access to the portal ends; raise 404, or 409 where it has changed since `version`."""
    account, contact = _contact(session, caller, contact_id)
    if version is not None:
        _require_version(contact, version)
    _assign(contact, {"removed": True, "portal_user": False})
    _refresh(account, [person for person in _people(session, account.id) if person.id != contact_id])
    _tell_contact(session, caller, contact, "contact.removed")


def invite_contacts(
    session: Session, caller: Caller, account_id: UUID, *, contact_ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    """Give these contacts access to the portal; identity then mails each of them an invitation (S3, S4, S10).

    Returns what it came to for each contact; one who already signs in is left alone, and one whose address signs in
    already, for another client or before, needs no invitation. Raises 404 for an unknown
    account, 422 for a contact that is not one of its.
    """
    account = _account(session, caller, account_id)
    if account.status != "active":
        raise problems.conflict("account_archived", "This client is archived. Restore it before inviting anybody.")
    people = {person.id: person for person in _people(session, account_id)}
    unknown = [place for place, contact_id in enumerate(contact_ids) if contact_id not in people]
    if unknown:
        raise problems.invalid({f"contact_ids.{place}": ["Not a contact of this client."] for place in unknown})
    active = _active(session, people)
    known = _signing_in(session, [person.email for person in people.values()])
    return [
        {
            "contact_id": contact_id,
            "result": _invite(
                session, caller, people[contact_id], contact_id in active, people[contact_id].email in known
            ),
        }
        for contact_id in dict.fromkeys(contact_ids)
    ]


def _invite(session: Session, caller: Caller, contact: Contact, active: bool, known: bool) -> str:
    if active and contact.portal_user:
        return "already_active"
    again = contact.portal_user
    _assign(contact, {"portal_user": True, "invited_at": clock.now()})
    _tell_contact(session, caller, contact, "contact.invited")
    if known:
        return "access_given"
    return "already_invited" if again else "invited"


def _active(session: Session, contact_ids: Any) -> set[UUID]:
    statement = (
        select(IdentityUserContact.contact_id)
        .join(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
        .where(IdentityUserContact.contact_id.in_(list(contact_ids)), IdentityUser.status == "active")
    )
    return set(session.scalars(statement))


def _signing_in(session: Session, emails: Sequence[str]) -> set[str]:
    """Return which of these addresses belong to clients who have a way in already."""
    statement = select(IdentityUser.email).where(
        IdentityUser.email.in_(emails), IdentityUser.kind == "client", IdentityUser.status == "active"
    )
    return set(session.scalars(statement))


def _add_contact(session: Session, caller: Caller, account: Account, fields: dict[str, Any]) -> Contact:
    now = clock.now()
    defaults = {
        "locale": account.locale,
        "timezone": firm_settings(session).timezone,
        "role": "member",
        "portal_user": False,
    }
    contact = Contact(
        **defaults | fields, account_id=account.id, removed=False, created_at=now, updated_at=now, version=1
    )
    contact.invited_at = now if contact.portal_user else None
    session.add(contact)
    session.flush()
    _tell_contact(session, caller, contact, "contact.added")
    return contact


def _require_own(caller: Caller, adviser_id: UUID | None) -> None:
    if adviser_id != caller.id:
        raise problems.invalid({"adviser_id": ["Only those who see every client choose the adviser."]})


def _account(session: Session, caller: Caller, account_id: UUID) -> Account:
    statement = select(Account).where(Account.id == account_id, is_visible(caller, Account.id))
    account: Account | None = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if account is None:
        raise problems.not_found("This client")
    return account


def _contact(session: Session, caller: Caller, contact_id: UUID) -> tuple[Account, Contact]:
    # The account is locked first, always, so that two changes of its contacts wait for each other.
    account_id = session.scalar(select(Contact.account_id).where(Contact.id == contact_id, ~Contact.removed))
    if account_id is None:
        raise problems.not_found("This contact")
    account = _account(session, caller, account_id)
    contact = session.get(Contact, contact_id, with_for_update=True, populate_existing=True)
    if contact is None or contact.removed:
        raise problems.not_found("This contact")
    return account, contact


def _people(session: Session, account_id: UUID) -> list[Contact]:
    statement = select(Contact).where(Contact.account_id == account_id, ~Contact.removed).order_by(Contact.id)
    return list(session.scalars(statement))


def _require_version(row: Account | Contact, version: int) -> None:
    if row.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )


def _require_free(people: Sequence[Contact], email: str) -> None:
    if any(person.email == email for person in people):
        raise problems.invalid({"email": ["Another contact of this client has this address."]})


def _assign(row: Account | Contact, fields: dict[str, Any]) -> bool:
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.version += 1
        row.updated_at = clock.now()
    return bool(changed)


def _refresh(account: Account, people: Sequence[Contact]) -> None:
    account.search_text = _search_text(account, people)
    account.updated_at = clock.now()


def _search_text(account: Account, people: Sequence[Contact]) -> str:
    own = [account.name, account.tax_number, account.email, account.phone]
    return search_text(own + [part for person in people for part in (person.name, person.email, person.mobile or "")])


def _tell_account(session: Session, account: Account) -> None:
    state = {name: value for name, value in columns(account).items() if name not in INTERNAL}
    outbox.record(session, ACCOUNT_SAVED, subject=account.id, version=account.version, data=state)


def _tell_contact(session: Session, caller: Caller, contact: Contact, activity: str) -> None:
    state = {name: value for name, value in columns(contact).items() if name not in INTERNAL}
    outbox.record(
        session,
        CONTACT_SAVED,
        subject=contact.id,
        version=contact.version,
        data=state | {"saved_by": caller.person},
    )
    note(
        session,
        activity,
        account_id=contact.account_id,
        by=caller.person,
        subject=("contact", contact.id),
        title=contact.name,
    )

"""Locking a document until it is paid, and opening it again. Nothing here commits."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import conflict
from services.documents.library import queries as library
from services.documents.library.models import Document, Entry
from services.documents.locks.models import Lock

Person = dict[str, Any]


def lock_document(
    session: Session,
    caller: Caller,
    document_id: UUID,
    *,
    reference: str,
    text: str,
    invoice_id: UUID | None,
    amount: int | None,
    currency: str | None,
) -> Lock:
    """Close a document to its client until `reference` is paid.

    Raises 404, 409 `document_locked` for one that is locked already, and 409 `not_the_firms` for what the client
    itself sent: its own bytes are not kept from it.
    """
    document = library.get_document(session, caller, document_id, lock=True)
    if document.origin == "client":
        raise conflict("not_the_firms", "The client sent this document, so it cannot be locked.")
    if _open_lock(session, document.id) is not None:
        raise conflict("document_locked", "This document is locked already.")
    lock = Lock(id=new_id(), document_id=document.id, account_id=document.account_id, reference=reference, text=text)
    lock.invoice_id, lock.amount, lock.currency = invoice_id, amount, currency
    lock.locked_by, lock.locked_at = caller.person, clock.now()
    session.add(lock)
    _tell(session, document, lock, "placed", caller.person)
    return lock


def unlock_document(session: Session, caller: Caller, document_id: UUID, *, reason: str) -> None:
    """Open a document that is not paid; raises 404, or 409 `not_locked`."""
    document = library.get_document(session, caller, document_id, lock=True)
    lock = _open_lock(session, document.id)
    if lock is None:
        raise conflict("not_locked", "This document is not locked.")
    _open(session, document, lock, caller.person, reason)


def unlock_paid(session: Session, account_id: UUID, invoice_id: UUID, number: str) -> int:
    """Open what an account's paid invoice keeps closed; return how many documents that were.

    An invoice is known by its id where the lock has one, else by its number. A second time nothing is closed.
    """
    by_number = and_(Lock.invoice_id.is_(None), Lock.reference == number)
    statement = select(Lock).where(
        Lock.account_id == account_id, Lock.unlocked_at.is_(None), or_(Lock.invoice_id == invoice_id, by_number)
    )
    locks = session.scalars(statement.order_by(Lock.id).with_for_update()).all()
    by = {"kind": "service", "id": "portal", "name": "portal"}
    for lock in locks:
        document = session.get_one(Document, lock.document_id)
        _open(session, document, lock, by, f"Paid: {number}")
    return len(locks)


def _open_lock(session: Session, document_id: UUID) -> Lock | None:
    statement = select(Lock).where(Lock.document_id == document_id, Lock.unlocked_at.is_(None))
    return session.scalars(statement.with_for_update()).one_or_none()


def _open(session: Session, document: Document, lock: Lock, by: Person, reason: str) -> None:
    lock.unlocked_at, lock.unlocked_by, lock.reason = clock.now(), by, reason
    _tell(session, document, lock, "opened", by)


def _tell(session: Session, document: Document, lock: Lock, what: str, by: Person) -> None:
    action = {"placed": "locked", "opened": "unlocked"}[what]
    entry = Entry(id=new_id(), document_id=document.id, at=clock.now(), action=action, by=by)
    entry.version_number = document.version_number
    session.add(entry)
    session.flush()
    data = {"id": lock.id, "account_id": lock.account_id, "document_id": document.id, "name": document.name}
    data |= {"reference": lock.reference, "by": by, "at": clock.now()}
    version = 1 if what == "placed" else 2
    outbox.record(session, f"documents.lock.{what}.v1", subject=lock.id, version=version, data=data)

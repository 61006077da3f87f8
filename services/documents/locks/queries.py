"""What is locked. The one place that says who gets no bytes of it: `library.queries.get_version` asks here."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import Problem, not_found
from services.documents.locks.models import Lock

FACTS = ("id", "reference", "invoice_id", "amount", "currency", "text", "locked_by", "locked_at")


def is_locked(document_id: Any) -> ColumnElement[bool]:
    """Return the predicate that the document whose id stands in that column is locked."""
    return exists(select(Lock.id).where(Lock.document_id == document_id, Lock.unlocked_at.is_(None)))


def lock_of(session: Session, document_id: UUID) -> dict[str, Any] | None:
    """Return what keeps a document closed, or None."""
    found = session.scalars(
        select(Lock).where(Lock.document_id == document_id, Lock.unlocked_at.is_(None))
    ).one_or_none()
    return {name: getattr(found, name) for name in FACTS} if found else None


def require_open(session: Session, caller: Caller, document_id: UUID) -> None:
    """Raise 403 `locked_until_paid` where a client asks for bytes of a locked document, 404 where a service does.

    The firm itself reads what it locked.
    """
    if caller.is_staff or lock_of(session, document_id) is None:
        return
    if caller.is_client:
        raise Problem(403, "locked_until_paid", "Locked until paid", "You get this document once it is paid.")
    raise not_found("This document")

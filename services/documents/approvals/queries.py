"""Reads of what was asked and decided."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.documents.approvals.models import UNDONE, Approval
from services.documents.library import queries as library
from services.documents.library.models import Document

MOST = 100


def current(session: Session, document: Document) -> Approval | None:
    """Return what stands about the newest version of a document, or None."""
    statement = select(Approval).where(
        Approval.document_id == document.id,
        Approval.version_number == document.version_number,
        Approval.status != UNDONE,
    )
    return session.scalars(statement.order_by(Approval.id.desc()).limit(1)).one_or_none()


def approvals(session: Session, caller: Caller, document_id: UUID) -> dict[str, Any]:
    """Return what stands about the newest version, and all that was ever said, the latest first.

    Raises a 404 `Problem` where `caller` may not read the document.
    """
    document = library.get_document(session, caller, document_id)
    statement = select(Approval).where(Approval.document_id == document_id).order_by(Approval.id.desc()).limit(MOST)
    found = [approval.state() for approval in session.scalars(statement)]
    now = current(session, document)
    return {"current": now.state() if now else None, "version_number": document.version_number, "items": found}

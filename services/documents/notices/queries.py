"""Reads of what clients said about having sent everything."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.documents.copies.models import PortalSettings
from services.documents.library.models import Document
from services.documents.notices.models import UploadNotice

MOST_NAMED = 20


def switch_is_on(session: Session, switch: str) -> bool:
    """Return whether the firm has switched an option on."""
    settings = session.get(PortalSettings, 1)
    return bool(settings and getattr(settings, switch))


def last_notice(session: Session, account_id: UUID) -> UploadNotice | None:
    """Return what the client said last."""
    statement = select(UploadNotice).where(UploadNotice.account_id == account_id)
    return session.scalars(statement.order_by(UploadNotice.at.desc(), UploadNotice.id.desc()).limit(1)).one_or_none()


def since_last(session: Session, account_id: UUID) -> dict[str, Any]:
    """Return what the client's side sent since it said that it was done, the first twenty by name, and when that was.

    Without such a moment it is what came in all.
    """
    last = last_notice(session, account_id)
    came = _came(account_id, last.at if last else None)
    count = session.scalar(select(func.count()).select_from(came.subquery())) or 0
    rows = session.execute(came.order_by(Document.uploaded_at, Document.id).limit(MOST_NAMED))
    documents = [{"id": id, "name": name} for id, name in rows]
    return {"count": count, "documents": documents, "last_at": last.at if last else None}


def _came(account_id: UUID, after: datetime | None) -> Select[UUID, str]:
    statement = select(Document.id, Document.name).where(
        Document.account_id == account_id, Document.origin == "client", Document.status != "deleted"
    )
    return statement.where(Document.uploaded_at > after) if after else statement

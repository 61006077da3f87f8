"""What erasing a client takes from documents: the bytes first, then their rows. What was signed may have to stay."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.account_data.feature import Erased, Order
from services.chassis.account_data.rows import Map, erase_rows
from services.chassis.runtime import Runtime
from services.documents.approvals.models import Approval
from services.documents.copies.models import PortalAccount, PortalContact
from services.documents.library.models import Document, Entry, Reader, Version
from services.documents.models import Model
from services.documents.previews import actions as previews
from services.documents.uploads.models import IdempotencyKey
from services.documents.uploads.resumable.forgetting import forget_uploads

NOBODY = {"kind": "client", "id": "", "name": ""}


def erase(session: Session, runtime: Runtime, order: Order) -> Erased:
    """Erase the client's documents. A sealed file of the last `keep_signed_years` stays, without its history."""
    account_id, found = order.whose.account_id, Erased()
    theirs = select(Document).where(Document.account_id == account_id).order_by(Document.id).with_for_update()
    held: list[UUID] = []
    for document in session.scalars(theirs).all():
        until = _erase_versions(session, runtime, document.id, order.keep_signed_years, found)
        if until:
            held.append(document.id)
            _empty(session, document)
            found.keep("signed_documents", 1, "signed", until)
    forget_uploads(session, runtime, account_id)
    roots = {"documents": (Document.account_id == account_id) & Document.id.not_in(held)}
    counts = erase_rows(session, Model.metadata, order.whose, Map(kept=("portal_contacts",), roots=roots))
    for name, count in counts.items():
        found.count(name, count)
    session.execute(update(PortalAccount).where(PortalAccount.id == account_id).values(name=_named(order)))
    session.execute(update(PortalContact).where(PortalContact.account_id == account_id).values(name="Erased person"))
    return found


def _erase_versions(session: Session, runtime: Runtime, document_id: UUID, years: int, found: Erased) -> date | None:
    """Erase the bytes of a document's versions; return until when a sealed one stays, if one does."""
    stays: date | None = None
    versions = session.scalars(select(Version).where(Version.document_id == document_id)).all()
    previews.forget(session, runtime.blobs, [version.id for version in versions])
    for version in versions:
        until = years_after(version.created_at.date(), years)
        if version.origin == "signing" and until > clock.now().date():
            stays = max(stays or until, until)
            continue
        runtime.blobs.delete(version.blob_key)
        found.count("files", 1)
        session.delete(version)
    session.flush()
    return stays


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; of a leap day, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _empty(session: Session, document: Document) -> None:
    for model in (Entry, Reader, IdempotencyKey, Approval):
        session.execute(delete(model).where(model.document_id == document.id))
    if document.uploaded_by["kind"] == "client":
        document.uploaded_by = NOBODY
    session.flush()


def _named(order: Order) -> str:
    return f"Erased client #{order.number}"

"""Taking away a client's uploads in pieces with all else that is the client's."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis.runtime import Runtime
from services.documents.uploads.receiving import blob_key_of
from services.documents.uploads.resumable.models import ResumableUpload, UploadPart


def forget_uploads(session: Session, runtime: Runtime, account_id: UUID) -> None:
    """Remove an account's uploads in pieces, their bytes first; what became a document is not touched."""
    theirs = select(ResumableUpload.id).where(ResumableUpload.account_id == account_id)
    unfinished = theirs.where(ResumableUpload.document_id.is_(None))
    for part in session.scalars(select(UploadPart.id).where(UploadPart.upload_id.in_(theirs))).all():
        runtime.blobs.delete(blob_key_of(part))
    for upload in session.scalars(unfinished).all():
        runtime.blobs.delete(blob_key_of(upload))
    session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(theirs)))
    session.execute(delete(ResumableUpload).where(ResumableUpload.account_id == account_id))

"""Deleting for good: the rows in one transaction, the bytes after it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import clock, observability, outbox
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import conflict
from services.chassis.runtime import Runtime
from services.documents.copies.models import PortalAccount
from services.documents.folders import queries as folders
from services.documents.library import queries
from services.documents.library.models import Document, Version
from services.documents.recycle_bin.models import DoomedFile

log = observability.logger(__name__)
BATCH = 100
BY_ITSELF = {"kind": "service", "id": "documents", "name": "documents"}


def purge_document(session: Session, caller: Caller, document_id: UUID) -> None:
    """Delete a document of the recycle bin with its versions and history; raise 409 for one that is not there.

    Also 409 while the client's data are held for a legal reason.
    """
    document = queries.get_document(session, caller, document_id, lock=True)
    if document.status != "deleted":
        raise conflict("not_in_bin", "Only what is in the recycle bin is deleted for good.")
    held = select(PortalAccount.id).where(PortalAccount.id == document.account_id, PortalAccount.legal_hold.is_(True))
    if session.scalars(held).first():
        raise conflict("legal_hold", "This client's data are held and cannot be deleted.")
    purge(session, document, caller.person)


def purge(session: Session, document: Document, by: dict[str, Any]) -> None:
    """Delete a document's rows, tell it, and note its stored bytes, which go once this is committed."""
    for key in session.scalars(select(Version.blob_key).where(Version.document_id == document.id)):
        session.add(DoomedFile(id=new_id(), blob_key=key, at=clock.now()))
    data = {"id": document.id, "account_id": document.account_id, "name": document.name, "by": by}
    outbox.record(
        session,
        "documents.document.purged.v1",
        subject=document.id,
        version=document.version + 1,
        data=data | {"version": document.version + 1},
    )
    session.flush()
    session.expunge(document)
    session.execute(delete(Document).where(Document.id == document.id))


def empty_bin(runtime: Runtime) -> None:
    """Delete for good what has lain in the recycle bin for as many days as the firm chose.

    What was sealed stays until staff deletes it, and so does what is held for a legal reason.
    """
    with runtime.database.unit_of_work() as session:
        days = folders.settings(session)["bin_days"]
        if not days:
            return
        sealed = select(Version.document_id).where(Version.origin == "signing")
        held = select(PortalAccount.id).where(PortalAccount.legal_hold.is_(True))
        over = (
            select(Document)
            .where(Document.status == "deleted", Document.changed_at < clock.now() - timedelta(days=days))
            .where(Document.id.not_in(sealed), Document.account_id.not_in(held))
        )
        for document in session.scalars(over.order_by(Document.id).limit(BATCH).with_for_update(skip_locked=True)):
            purge(session, document, BY_ITSELF)


def remove_doomed_files(runtime: Runtime) -> None:
    """Remove the bytes of what is gone; what cannot be removed now is tried again."""
    with runtime.database.reading() as session:
        doomed = session.execute(select(DoomedFile.id, DoomedFile.blob_key).limit(BATCH)).all()
    for id, key in doomed:
        try:
            runtime.blobs.delete(key)
        except Exception as error:
            log.warning("doomed_file_kept", error=str(error))
            continue
        with runtime.database.unit_of_work() as session:
            session.execute(delete(DoomedFile).where(DoomedFile.id == id))

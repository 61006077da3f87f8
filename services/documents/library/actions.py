"""What changes a document. Each function records the event of its change and leaves the commit to its caller."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.blobs import Blob
from services.chassis.columns import new_id
from services.chassis.problems import Problem, conflict
from services.documents.folders.models import Folder
from services.documents.library import names, queries, records
from services.documents.library.filenames import clean, searchable
from services.documents.library.models import Document, Entry, Reader, Version
from services.documents.scanning.intake import begin_check, share_later
from services.documents.scanning.readiness import QUARANTINED, REMOVED, WAITING, being_checked
from services.documents.uploads.content_types import ending_of

Person = dict[str, Any]


def add_document(
    session: Session,
    by: Person,
    *,
    account_id: UUID,
    name: str,
    content_type: str,
    blob: Blob,
    origin: str,
    request_id: UUID | None = None,
    folder: Folder | None = None,
) -> Document:
    """File stored bytes as a new document of an account and return it. It is not yet shared.

    Where the name stands there already it gets a number: `name (2).pdf`.
    """
    now = clock.now()
    name = names.free_name(session, account_id, folder.id if folder else None, name, of_client=origin == "client")
    document = Document(
        id=new_id(),
        account_id=account_id,
        name=name,
        search_name=searchable(name),
        status="available",
        origin=origin,
        shared=False,
        uploaded_by=by,
        uploaded_at=now,
        changed_at=now,
        request_id=request_id,
        folder_id=folder.id if folder else None,
        **records.levels(folder),
        version_number=1,
        content_type=content_type,
        size=blob.size,
        sha256=blob.sha256,
        version=1,
    )
    session.add(document)
    session.flush()
    _add_version(session, document, by, blob, origin)
    records.tell(session, document, "uploaded", by)
    return document


def share_document(session: Session, caller: Caller, document_id: UUID) -> Document:
    """Show a document to its client. Sharing what is shared changes nothing."""
    document = queries.get_document(session, caller, document_id, lock=True)
    records.require_available(document)
    if document.scan == WAITING:
        raise being_checked()
    if not document.shared and records.is_private(document):
        raise private_folder()
    if not document.shared:
        make_shared(session, document, caller.person)
    return document


def make_shared(session: Session, document: Document, by: Person) -> None:
    """Show `document` to its client and record who shared it; while it is being checked, as soon as that is passed."""
    if share_later(session, document, by):
        return
    if records.is_private(document):  # it came with a request or a message: who is to read it must find it
        put_into(session, document, None, by)
    records.change(document)
    document.shared, document.shared_at = True, document.changed_at
    records.tell(session, document, "shared", by, {"shared_by": by})


def put_into(session: Session, document: Document, folder: Folder | None, by: Person) -> None:
    """Put a document into a folder of its client, or into none. Where it lies already nothing changes."""
    if document.folder_id == (folder.id if folder else None):
        return
    left = session.get(Folder, document.folder_id) if document.folder_id else None
    records.change(document)
    document.folder_id = folder.id if folder else None
    for column, level in records.levels(folder).items():
        setattr(document, column, level)
    if document.status != "deleted":
        detail = {"folder": [left.name if left else None, folder.name if folder else None]}
        records.tell(session, document, "moved", by, {"by": by}, detail=detail)


def follow_folder(session: Session, document: Document, folder: Folder, by: Person) -> None:
    """Take over what the folder of a document lets people do now, and tell it."""
    records.change(document)
    for column, level in records.levels(folder).items():
        setattr(document, column, level)
    if document.status != "deleted":
        records.record(session, document, "access_changed", {"by": by})


def rename_document(session: Session, caller: Caller, document_id: UUID, name: str) -> Document:
    """Give a document another name; its ending stays that of its type."""
    document = queries.get_document(session, caller, document_id, lock=True)
    records.require_available(document)
    wanted = clean(name, (ending_of(document.name),))
    if wanted == document.name:
        return document
    before = document.name
    records.change(document)
    document.name = names.free_name(session, document.account_id, document.folder_id, wanted, but=document.id)
    document.search_name = searchable(document.name)
    detail = {"name": [before, document.name]}
    records.tell(session, document, "renamed", caller.person, {"by": caller.person}, detail=detail)
    return document


def tag_document(session: Session, caller: Caller, document_id: UUID, tags: list[str]) -> Document:
    """Give a document these tags instead of those it has."""
    document = queries.get_document(session, caller, document_id, lock=True)
    records.require_available(document)
    wanted = names.clean_tags(tags)
    if wanted != (document.tags or []):
        before = document.tags or []
        records.change(document)
        document.tags, document.tags_text = wanted, names.tags_text(wanted)
        records.tell(
            session, document, "tagged", caller.person, {"by": caller.person}, detail={"tags": [before, wanted]}
        )
    return document


def add_version(
    session: Session, document: Document, by: Person, blob: Blob, *, content_type: str, origin: str
) -> None:
    """File stored bytes as the newest version of a document."""
    records.require_available(document)
    records.change(document)
    document.version_number += 1
    document.content_type, document.size, document.sha256 = content_type, blob.size, blob.sha256
    _add_version(session, document, by, blob, origin)
    records.tell(session, document, "version_added", by, {"by": by})


def unshare_document(session: Session, caller: Caller, document_id: UUID) -> Document:
    """Hide a document from its client again. What the client uploaded stays visible to the client."""
    document = queries.get_document(session, caller, document_id, lock=True)
    records.require_available(document)
    if document.shared:
        records.change(document)
        document.shared, document.shared_at = False, None
        records.tell(session, document, "unshared", caller.person, {"by": caller.person})
    return document


def delete_document(session: Session, caller: Caller, document_id: UUID) -> Document:
    """Move a document to the recycle bin; its bytes and its history are kept."""
    document = queries.get_document(session, caller, document_id, lock=True)
    if document.status != "deleted":
        discard(session, document, caller.person)
    return document


def discard(session: Session, document: Document, by: Person) -> None:
    """Move `document` to the recycle bin."""
    records.move(document, "deleted")
    records.tell(session, document, "deleted", by, {"by": by})


def restore_document(session: Session, caller: Caller, document_id: UUID) -> Document:
    """Take a document out of the recycle bin, shared or not as it was."""
    document = queries.get_document(session, caller, document_id, lock=True)
    if document.scan == REMOVED:
        raise conflict("content_removed", "The content of this document was removed for good.")
    records.move(document, "quarantined" if document.scan == QUARANTINED else "available")
    records.tell(session, document, "restored", caller.person, {"by": caller.person})
    return document


def record_opening(session: Session, caller: Caller, document_id: UUID, *, number: int, how: str) -> None:
    """Record that a person opened a version, and tell it; the event says whether it was that person's first time."""
    document = queries.get_document(session, caller, document_id, lock=True)
    by, now = caller.person, clock.now()
    reader = session.get(Reader, (document.id, caller.id))
    if first := reader is None:
        reader = Reader(document_id=document.id, user_id=caller.id, kind=caller.kind, name=caller.name[:200])
        reader.first_at, reader.version_number = now, number
        session.add(reader)
    else:
        reader.version_number = max(reader.version_number, number)
    session.add(
        Entry(id=new_id(), document_id=document.id, at=now, action="opened", by=by, version_number=number, how=how)
    )
    data = {"document_id": document.id, "account_id": document.account_id, "by": by, "at": now, "how": how}
    outbox.record(
        session,
        "documents.document.opened.v1",
        subject=document.id,
        version=document.version,
        data=data | {"first": first},
    )


def add_sealed_version(
    session: Session, document: Document, blob: Blob, *, sign_request_id: UUID, content_type: str
) -> None:
    """File the sealed PDF of a sign request as the newest version; its client sees it from now on."""
    by = {"kind": "service", "id": "signing", "name": "signing"}
    records.change(document)
    document.version_number += 1
    document.content_type, document.size, document.sha256 = content_type, blob.size, blob.sha256
    document.sign_request_id = sign_request_id
    if records.is_private(document):
        put_into(session, document, None, by)
    if not document.shared:
        document.shared, document.shared_at = True, document.changed_at
    _add_version(session, document, by, blob, "signing")
    records.tell(session, document, "version_added", by)


def attach_to_request(
    session: Session, account_id: UUID, request_id: UUID, document_ids: list[UUID], by: Person
) -> None:
    """Mark the documents of an account that were sent with a request or conversation (its id is `request_id`).

    What the firm sends with one is shared by it. Its owner has told everybody, so only a share is told here.
    """
    statement = select(Document).where(Document.id.in_(document_ids), Document.account_id == account_id)
    for document in session.scalars(statement.order_by(Document.id).with_for_update()):
        if document.request_id is None:
            records.change(document)
            document.request_id = request_id
        if by["kind"] == "staff" and document.status == "available" and not document.shared:
            make_shared(session, document, by)


def _add_version(session: Session, document: Document, by: Person, blob: Blob, origin: str) -> None:
    version = Version(
        id=new_id(),
        document_id=document.id,
        number=document.version_number,
        content_type=document.content_type,
        size=blob.size,
        sha256=blob.sha256,
        blob_key=blob.key,
        origin=origin,
        created_by=by,
        created_at=document.changed_at,
    )
    session.add(version)
    begin_check(session, document, version)


def private_folder() -> Problem:
    """Return the answer for sharing what lies in a folder that no client looks into."""
    return conflict("folder_private", "This folder is private to staff. Move the document first.")

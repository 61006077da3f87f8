"""Taking the parts of an upload in, and making a document of them once they are all there.

What is promised: bytes below the offset that a client is told are on the disk, in rows that are committed. A part is
stored as a file of its own, so that it works alike on a disk, in S3 and with any number of processes. A file that came
in one part becomes the document as it is; more parts are written together, and only then go.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from services.chassis import clock, observability
from services.chassis.auth import Caller
from services.chassis.blobs import Blob
from services.chassis.columns import new_id
from services.chassis.problems import Problem, conflict, not_found
from services.chassis.runtime import Runtime
from services.documents.quotas.queries import check_room
from services.documents.settings import DocumentsSettings
from services.documents.uploads.body import Body, incomplete, too_large
from services.documents.uploads.content_types import HEAD, Recognised
from services.documents.uploads.filing import Wanted, check_allowed, file_document, recognised, store
from services.documents.uploads.receiving import blob_key_of
from services.documents.uploads.resumable import queries
from services.documents.uploads.resumable.models import ResumableUpload, UploadPart
from services.documents.uploads.resumable.protocol import Checksum
from services.documents.uploads.resumable.taking import Taking

log = observability.logger(__name__)

PART = 32 * 1024 * 1024
"""So much of one call becomes a part by itself, so that a break costs no more."""


@dataclass(frozen=True)
class Progress:
    """How far an upload is; `document_id` once it is a document."""

    id: UUID
    size: int
    received: int
    expires_at: Any
    metadata_header: str
    document_id: UUID | None = None


def begin(runtime: Runtime, caller: Caller, wanted: Wanted, size: int, metadata_header: str) -> Progress:
    """Begin an upload of `size` bytes; a repeated idempotency key gives the one that it began before.

    Raises a `Problem`: 403 or 404 where the caller may not, 413 above the limit or the quota, 422 for no bytes.
    """
    settings = _settings(runtime)
    if size > settings.upload_limit:
        raise too_large(settings.upload_limit)
    if size == 0:
        raise Problem(422, "empty_file", "The file is empty", "It has no bytes.")
    with runtime.database.reading() as session:
        check_allowed(session, caller, wanted, None)
        if found := _earlier(session, caller, wanted, size):
            return found
        check_room(session, wanted.account_id, size)
    upload = ResumableUpload(
        id=new_id(),
        user_id=caller.id,
        account_id=wanted.account_id,
        wanted={name: str(value) if isinstance(value, UUID) else value for name, value in asdict(wanted).items()},
        size=size,
        received=0,
        metadata_header=metadata_header,
        idempotency_key=wanted.idempotency_key,
        started_at=clock.now(),
        expires_at=_expiry(runtime),
    )
    try:
        with runtime.database.unit_of_work() as session:
            session.add(upload)
    except IntegrityError:  # the same key came twice at once, and the other one was first
        with runtime.database.reading() as session:
            if found := _earlier(session, caller, wanted, size):
                return found
        raise
    return _progress(upload)


def progress(runtime: Runtime, caller: Caller, upload_id: UUID) -> Progress:
    """Return how far an upload is. One whose bytes are all there is made a document, should that have been cut off."""
    with runtime.database.reading() as session:
        found = _progress(queries.get_upload(session, caller, upload_id))
    if found.received == found.size and found.document_id is None:
        return _finish(runtime, caller, found)
    return found


def append(
    runtime: Runtime, caller: Caller, upload_id: UUID, offset: int, body: Body, checksum: Checksum | None
) -> Progress:
    """Store the bytes of `body` from `offset` on; with the last ones the upload becomes a document.

    Raises a `Problem`: 404, 409 at another offset than the upload's, 413 for more bytes than announced, 400 for a body
    that breaks off (what came of it counts, unless a checksum was announced), 460, 422, 507.
    """
    with runtime.database.reading() as session:
        upload = queries.get_upload(session, caller, upload_id)
        check_allowed(session, caller, _wanted(upload), None)
    if upload.received != offset:
        raise conflict("other_offset", f"The upload is at {upload.received}.")
    if body.size is not None and offset + body.size > upload.size:
        raise too_large(upload.size)
    taking = Taking(body.pieces(), upload.size - offset)
    while not taking.is_over:
        _store_part(runtime, upload, taking, checksum)
    found = _progress(upload)
    if upload.received == upload.size and upload.document_id is None:
        found = _finish(runtime, caller, found)
    if taking.broke_off:
        raise incomplete()
    return found


def abandon(runtime: Runtime, caller: Caller, upload_id: UUID) -> None:
    """Throw an upload away. What has become a document stays."""
    with runtime.database.reading() as session:
        queries.get_upload(session, caller, upload_id)
    remove(runtime, upload_id)


def sweep(runtime: Runtime) -> int:
    """Remove uploads whose time is over, with what they left behind; return how many there were."""
    with runtime.database.reading() as session:
        found = list(queries.over(session))
    for upload_id in found:
        remove(runtime, upload_id)
    return len(found)


def remove(runtime: Runtime, upload_id: UUID) -> None:
    """Remove an upload's rows and bytes, except those that are a document's."""
    with runtime.database.unit_of_work() as session:
        upload = session.get(ResumableUpload, upload_id, with_for_update=True)
        if upload is None:
            return
        parts = session.scalars(delete(UploadPart).where(UploadPart.upload_id == upload_id).returning(UploadPart.id))
        keys = [blob_key_of(id) for id in parts]
        if upload.document_id is None:
            keys.append(blob_key_of(upload_id))
        session.delete(upload)
        for key in keys:  # while the row is locked: an upload that is about to be filed waits, and finds it gone
            runtime.blobs.delete(key)


def _store_part(runtime: Runtime, upload: ResumableUpload, taking: Taking, checksum: Checksum | None) -> None:
    if not checksum and upload.received == 0 and len(taking.head) >= min(HEAD, upload.size):
        try:
            recognised(taking.head[:HEAD], upload.wanted["name"])
        except Problem:
            remove(runtime, upload.id)
            raise
    part_id = new_id()
    with runtime.database.unit_of_work() as session:
        session.add(UploadPart(id=part_id, upload_id=upload.id, start=upload.received))
    try:
        pieces = taking.part(None if checksum else PART)
        if checksum:
            pieces = checksum.over(pieces)
        blob = store(runtime, blob_key_of(part_id), pieces)
        if checksum and taking.broke_off:
            raise incomplete()
        _count_part(runtime, upload, part_id, blob)
    except Problem as problem:
        _drop_part(runtime, part_id)
        if problem.status == 507:
            remove(runtime, upload.id)
        raise
    except BaseException:
        _drop_part(runtime, part_id)
        raise


def _count_part(runtime: Runtime, upload: ResumableUpload, part_id: UUID, blob: Blob) -> None:
    """Count a stored part, if nobody else has gone on from the same offset meanwhile."""
    received, expires_at = upload.received + blob.size, _expiry(runtime)
    with runtime.database.unit_of_work() as session:
        counted = session.execute(
            update(ResumableUpload)
            .where(ResumableUpload.id == upload.id, ResumableUpload.received == upload.received)
            .values(received=received, expires_at=expires_at)
            .returning(ResumableUpload.id)
        ).first()
        if not counted:
            raise conflict("other_offset", "Somebody else has gone on with this upload.")
        values = {"size": blob.size, "sha256": blob.sha256}
        session.execute(update(UploadPart).where(UploadPart.id == part_id).values(**values))
    upload.received, upload.expires_at = received, expires_at


def _drop_part(runtime: Runtime, part_id: UUID) -> None:
    """Remove what a part left; where even that fails, the timer does it later."""
    try:
        runtime.blobs.delete(blob_key_of(part_id))
        with runtime.database.unit_of_work() as session:
            session.execute(delete(UploadPart).where(UploadPart.id == part_id))
    except Exception as error:
        log.warning("upload_part_left_behind", part=str(part_id), error=str(error))


def _finish(runtime: Runtime, caller: Caller, found: Progress) -> Progress:
    """Make a document of an upload whose bytes are all there, once however often it is asked for."""
    with runtime.database.reading() as session:
        upload = queries.get_upload(session, caller, found.id)
        parts = queries.stored_parts(session, found.id)
        check_allowed(session, caller, _wanted(upload), None)
    wanted = _wanted(upload)
    try:
        kind = recognised(_head(runtime, parts), wanted.name)
        blob = _put_together(runtime, found.id, parts)
        if wanted.sha256 and wanted.sha256 != blob.sha256:
            raise Problem(400, "checksum_mismatch", "The checksum is another", f"These bytes have {blob.sha256}.")
        document_id = _file(runtime, caller, wanted, kind, blob, found.id)
    except Problem as problem:
        if problem.status != 503:
            remove(runtime, found.id)
        raise
    _clear(runtime, found.id)
    return Progress(found.id, found.size, found.size, found.expires_at, found.metadata_header, document_id)


def _head(runtime: Runtime, parts: list[UploadPart]) -> bytes:
    head = b""
    for part in parts:
        if len(head) < HEAD:
            head += b"".join(runtime.blobs.read(blob_key_of(part.id), 0, min(part.size or 0, HEAD - len(head))))
    return head


def _put_together(runtime: Runtime, upload_id: UUID, parts: list[UploadPart]) -> Blob:
    if len(parts) == 1:
        (part,) = parts
        return Blob(blob_key_of(part.id), part.size or 0, part.sha256 or "")
    pieces = (piece for part in parts for piece in runtime.blobs.read(blob_key_of(part.id)))
    return store(runtime, blob_key_of(upload_id), pieces)


def _file(runtime: Runtime, caller: Caller, wanted: Wanted, kind: Recognised, blob: Blob, upload_id: UUID) -> UUID:
    with runtime.database.unit_of_work() as session:
        upload = session.get(ResumableUpload, upload_id, with_for_update=True)
        if upload is None:
            raise not_found("This upload")
        if upload.document_id is None:
            check_room(session, wanted.account_id, blob.size, filing=upload_id, lock=True)
            upload.document_id = file_document(session, caller, wanted, kind, blob).id
            upload.expires_at = _expiry(runtime)
            # A single part is the document from now on: nothing that clears parts away may find it.
            kept = [part.id for part in session.scalars(_parts(upload_id)) if blob_key_of(part.id) == blob.key]
            session.execute(delete(UploadPart).where(UploadPart.id.in_(kept)))
        return upload.document_id


def _parts(upload_id: UUID) -> Select[UploadPart]:
    return select(UploadPart).where(UploadPart.upload_id == upload_id)


def _clear(runtime: Runtime, upload_id: UUID) -> None:
    """Remove the parts of what is a document now; where that fails, the timer does it later."""
    try:
        with runtime.database.unit_of_work() as session:
            gone = delete(UploadPart).where(UploadPart.upload_id == upload_id).returning(UploadPart.id)
            for id in session.scalars(gone):
                runtime.blobs.delete(blob_key_of(id))
    except Exception as error:
        log.warning("upload_parts_left_behind", upload=str(upload_id), error=str(error))


def _earlier(session: Any, caller: Caller, wanted: Wanted, size: int) -> Progress | None:
    if wanted.idempotency_key is None:
        return None
    found = queries.earlier(session, caller, wanted.idempotency_key)
    if found is None:
        return None
    if _wanted(found).fingerprint(found.size) != wanted.fingerprint(size):
        raise Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another upload")
    return _progress(found)


def _wanted(upload: ResumableUpload) -> Wanted:
    ids = {name: UUID(value) for name, value in upload.wanted.items() if name.endswith("_id") and value}
    return Wanted(**(upload.wanted | ids))


def _progress(upload: ResumableUpload) -> Progress:
    return Progress(
        upload.id, upload.size, upload.received, upload.expires_at, upload.metadata_header, upload.document_id
    )


def _expiry(runtime: Runtime) -> Any:
    return clock.now() + timedelta(hours=_settings(runtime).upload_hours)


def _settings(runtime: Runtime) -> DocumentsSettings:
    settings = runtime.settings
    assert isinstance(settings, DocumentsSettings)
    return settings

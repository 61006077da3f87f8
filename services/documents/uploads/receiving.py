"""Taking bytes in: check who and where, look at the first bytes, store, and only then the row.

No transaction is open while bytes arrive. What is promised: after the answer 201 the bytes are on the disk and the
row is committed; in every other case neither is there, at once or (after a kill) when the timer has swept.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.auth import Caller
from services.chassis.blobs import Blob
from services.chassis.columns import new_id
from services.chassis.database import Database
from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.documents.library import queries
from services.documents.quotas.queries import check_room
from services.documents.uploads.body import Body
from services.documents.uploads.content_types import HEAD, Recognised
from services.documents.uploads.filing import Wanted, check_allowed, file_document, recognised, store
from services.documents.uploads.models import IdempotencyKey, Upload

log = observability.logger(__name__)


class _Swept(Exception):
    """The upload took so long that it was swept as one that never ends."""


def receive(runtime: Runtime, caller: Caller, wanted: Wanted, body: Body) -> UUID:
    """Store the bytes of `body` as a document and return its id; a repeated idempotency key gives the first one.

    Raises a `Problem`: 403 or 404 where the caller may not, 400 for a body that breaks off or has another
    checksum, 413, 422 for a type that is not taken or a reused key, 507 where the disk is full.
    """
    with runtime.database.reading() as session:
        check_allowed(session, caller, wanted, body.size)
        if body.size is not None and (earlier := _earlier(session, caller, wanted, body.size)):
            return earlier
        check_room(session, wanted.account_id, body.size or 0)
    pieces = body.pieces()
    head, pieces = _head(pieces)
    kind = recognised(head, wanted.name)
    upload_id, blob_key = _begin(runtime.database)
    try:
        blob = store(runtime, blob_key, pieces)
        if wanted.sha256 and wanted.sha256 != blob.sha256:
            raise Problem(400, "checksum_mismatch", "The checksum is another", f"These bytes have {blob.sha256}.")
        return _file(runtime.database, caller, wanted, kind, blob, upload_id)
    except _Swept:
        runtime.blobs.delete(blob_key)
        raise Problem(408, "upload_too_slow", "The upload took too long", "It was given up. Send it again.") from None
    except IntegrityError:  # the same key came twice at once, and the other one was first
        _abandon(runtime, upload_id)
        with runtime.database.reading() as session:
            if earlier := _earlier(session, caller, wanted, blob.size):
                return earlier
        raise
    except BaseException:
        _abandon(runtime, upload_id)
        raise


def sweep(runtime: Runtime, older_than: timedelta) -> int:
    """Remove what uploads left behind that began before that and never ended; return how many there were."""
    before = clock.now() - older_than
    with runtime.database.reading() as session:
        found = session.scalars(select(Upload.id).where(Upload.started_at < before)).all()
    for upload_id in found:
        _remove(runtime, upload_id)
    return len(found) + runtime.blobs.sweep(older_than.total_seconds())


def forget_idempotency_keys(runtime: Runtime, older_than: timedelta) -> None:
    """Remove idempotency keys that no client will send again."""
    with runtime.database.unit_of_work() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.used_at < clock.now() - older_than))


def _earlier(session: Session, caller: Caller, wanted: Wanted, size: int) -> UUID | None:
    if wanted.idempotency_key is None or not isinstance(caller.id, UUID):
        return None
    found = queries.earlier_upload(session, caller.id, wanted.idempotency_key)
    if found is None:
        return None
    if found.fingerprint != wanted.fingerprint(size):
        raise Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another upload")
    return found.document_id


def _head(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    taken: list[bytes] = []
    while sum(map(len, taken)) < HEAD and (piece := next(pieces, None)):
        taken.append(piece)
    return b"".join(taken)[:HEAD], chain(taken, pieces)


def _begin(database: Database) -> tuple[UUID, str]:
    upload_id = new_id()
    blob_key = blob_key_of(upload_id)
    with database.unit_of_work() as session:
        session.add(Upload(id=upload_id, blob_key=blob_key, started_at=clock.now()))
    return upload_id, blob_key


def blob_key_of(id: UUID) -> str:
    """Return the key under which bytes are stored. It comes from us; nothing of a file's name is in it."""
    return f"{id.hex[-2:]}/{id.hex}"


def _file(database: Database, caller: Caller, wanted: Wanted, kind: Recognised, blob: Blob, upload_id: UUID) -> UUID:
    with database.unit_of_work() as session:
        if not session.execute(delete(Upload).where(Upload.id == upload_id).returning(Upload.id)).first():
            raise _Swept
        check_room(session, wanted.account_id, blob.size, lock=True)
        document = file_document(session, caller, wanted, kind, blob)
        if wanted.idempotency_key:
            session.add(
                IdempotencyKey(
                    user_id=caller.id,
                    key=wanted.idempotency_key,
                    document_id=document.id,
                    fingerprint=wanted.fingerprint(blob.size),
                    used_at=clock.now(),
                )
            )
        return document.id


def _abandon(runtime: Runtime, upload_id: UUID) -> None:
    """Remove what an upload left; where even that fails, the timer does it later."""
    try:
        _remove(runtime, upload_id)
    except Exception as error:
        log.warning("upload_left_behind", upload=str(upload_id), error=str(error))


def _remove(runtime: Runtime, upload_id: UUID) -> None:
    # The row tells whether the bytes became a document: filing deletes it in the document's own transaction. So a
    # commit whose answer was lost keeps its file. The file goes while the row is locked: an upload that is about
    # to be filed waits, and then finds its row gone.
    with runtime.database.unit_of_work() as session:
        statement = delete(Upload).where(Upload.id == upload_id).returning(Upload.blob_key)
        if (blob_key := session.scalars(statement).first()) is not None:
            runtime.blobs.delete(blob_key)

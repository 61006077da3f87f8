"""Taking bytes in: check who and where, look at the first bytes, store, and only then the row.

No transaction is open while bytes arrive. What is promised: after the answer 201 the bytes are on the disk and the
row is committed; in every other case neither is there, at once or (after a kill) when the timer has swept.
"""

import errno
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
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
from services.chassis.problems import Problem, conflict, forbidden, not_found, unavailable
from services.chassis.runtime import Runtime
from services.documents.library import actions, queries
from services.documents.library.filenames import clean
from services.documents.uploads.body import Body
from services.documents.uploads.content_types import HEAD, Recognised, recognise
from services.documents.uploads.models import IdempotencyKey, Upload

log = observability.logger(__name__)


class _Swept(Exception):
    """The upload took so long that it was swept as one that never ends."""


@dataclass(frozen=True)
class Wanted:
    """What an uploader asks for: where the document goes, its name, and how to tell a repetition."""

    account_id: UUID
    name: str
    request_id: UUID | None = None
    share: bool = False
    sha256: str | None = None
    idempotency_key: str | None = None

    def fingerprint(self, size: int) -> str:
        """Return what must be the same when an idempotency key comes again."""
        return hashlib.sha256(
            repr((self.account_id, self.name, self.request_id, self.share, size)).encode()
        ).hexdigest()


def receive(runtime: Runtime, caller: Caller, wanted: Wanted, body: Body) -> UUID:
    """Store the bytes of `body` as a document and return its id; a repeated idempotency key gives the first one.

    Raises a `Problem`: 403 or 404 where the caller may not, 400 for a body that breaks off or has another
    checksum, 413, 422 for a type that is not taken or a reused key, 507 where the disk is full.
    """
    with runtime.database.reading() as session:
        _check_allowed(session, caller, wanted.account_id)
        if body.size is not None and (earlier := _earlier(session, caller, wanted, body.size)):
            return earlier
    pieces = body.pieces()
    head, pieces = _head(pieces)
    kind = _recognised(head, wanted.name)
    upload_id, blob_key = _begin(runtime.database)
    try:
        blob = _store(runtime, blob_key, pieces)
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


def _check_allowed(session: Session, caller: Caller, account_id: UUID) -> None:
    if not queries.may_upload_to(session, caller, account_id):
        raise not_found("This account")
    if caller.is_client and not queries.uploads_allowed(session):
        raise forbidden("The firm has switched off uploads.", code="uploads_switched_off")
    if queries.account_status(session, account_id) == "archived":
        raise conflict("account_archived", "This client is archived and takes no documents.")


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


def _recognised(head: bytes, name: str) -> Recognised:
    if not head:
        raise Problem(422, "empty_file", "The file is empty", "It has no bytes.")
    kind = recognise(head, name)
    if kind is None:
        raise Problem(
            422,
            "type_not_allowed",
            "This kind of file is not taken",
            "Send a PDF, an image, an Office file, text or a zip.",
        )
    return kind


def _begin(database: Database) -> tuple[UUID, str]:
    upload_id = new_id()
    blob_key = blob_key_of(upload_id)
    with database.unit_of_work() as session:
        session.add(Upload(id=upload_id, blob_key=blob_key, started_at=clock.now()))
    return upload_id, blob_key


def blob_key_of(id: UUID) -> str:
    """Return the key under which bytes are stored. It comes from us; nothing of a file's name is in it."""
    return f"{id.hex[-2:]}/{id.hex}"


def _store(runtime: Runtime, blob_key: str, pieces: Iterator[bytes]) -> Blob:
    try:
        return runtime.blobs.write(blob_key, pieces)
    except Problem:  # of the body that is being read
        raise
    except Exception as error:  # a disk fails with an OSError, an object store with errors of its own
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Problem(507, "storage_full", "There is no room for this file", "Tell the firm.") from error
        log.error("storage_failed", error_type=type(error).__name__, error=str(error))
        raise unavailable("The file store does not answer. Nothing was saved; try again shortly.") from error


def _file(database: Database, caller: Caller, wanted: Wanted, kind: Recognised, blob: Blob, upload_id: UUID) -> UUID:
    with database.unit_of_work() as session:
        if not session.execute(delete(Upload).where(Upload.id == upload_id).returning(Upload.id)).first():
            raise _Swept
        document = actions.add_document(
            session,
            caller.person,
            account_id=wanted.account_id,
            name=clean(wanted.name, kind.endings),
            content_type=kind.content_type,
            blob=blob,
            origin="client" if caller.is_client else "firm",
            request_id=wanted.request_id,
        )
        if wanted.share and not caller.is_client:
            actions.make_shared(session, document, caller.person)
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

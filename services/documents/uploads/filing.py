"""What every upload goes through, however its bytes come: may it, what is it, store it, file it."""

import errno
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import observability
from services.chassis.auth import Caller
from services.chassis.blobs import Blob
from services.chassis.problems import Problem, conflict, forbidden, not_found, unavailable
from services.chassis.runtime import Runtime
from services.documents.folders.models import Folder
from services.documents.folders.queries import place_for_upload
from services.documents.library import actions, queries
from services.documents.library.filenames import clean, searchable
from services.documents.library.models import Document
from services.documents.uploads.content_types import Recognised, ending_of, recognise
from services.documents.uploads.kinds import require_taken

log = observability.logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What an uploader asks for: where the document goes, its name, and how to tell a repetition.

    With `document_id` it is a new version of that document.
    """

    account_id: UUID
    name: str
    request_id: UUID | None = None
    share: bool = False
    sha256: str | None = None
    idempotency_key: str | None = None
    folder_id: UUID | None = None
    document_id: UUID | None = None

    def fingerprint(self, size: int) -> str:
        """Return what must be the same when an idempotency key comes again."""
        asked = (self.account_id, self.name, self.request_id, self.share, size)
        placed = (self.folder_id, self.document_id)
        return hashlib.sha256(repr(asked + placed if any(placed) else asked).encode()).hexdigest()


def check_allowed(session: Session, caller: Caller, wanted: Wanted, size: int | None) -> None:
    """Raise a `Problem` where `caller` may not upload `size` bytes (None: not known yet) to where `wanted` says."""
    account_id = wanted.account_id
    if not queries.may_upload_to(session, caller, account_id):
        raise not_found("This account")
    if caller.is_client and not queries.uploads_allowed(session):
        raise forbidden("The firm has switched off uploads.", code="uploads_switched_off")
    if queries.account_status(session, account_id) == "archived":
        raise conflict("account_archived", "This client is archived and takes no documents.")
    if wanted.document_id:
        _document_for_version(session, caller, wanted)
    elif wanted.folder_id:
        _folder(session, caller, wanted)


def recognised(head: bytes, name: str) -> Recognised:
    """Return what a file is by its first bytes; raise a 422 `Problem` where it is not taken."""
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


def store(runtime: Runtime, blob_key: str, pieces: Iterable[bytes]) -> Blob:
    """Store the pieces; raise a `Problem`: 507 where the disk is full, 503 where the store does not answer."""
    try:
        return runtime.blobs.write(blob_key, pieces)
    except Problem:  # of the body that is being read
        raise
    except Exception as error:  # a disk fails with an OSError, an object store with errors of its own
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Problem(507, "storage_full", "There is no room for this file", "Tell the firm.") from error
        log.error("storage_failed", error_type=type(error).__name__, error=str(error))
        raise unavailable("The file store does not answer. Nothing was saved; try again shortly.") from error


def file_document(session: Session, caller: Caller, wanted: Wanted, kind: Recognised, blob: Blob) -> Document:
    """File stored bytes as the document that was wanted, or as its new version, and return it.

    Raises a 422 `Problem` for a kind of file that the firm does not take from clients.
    """
    require_taken(session, caller, kind)
    if wanted.document_id:
        return _file_version(session, caller, wanted, kind, blob)
    document = actions.add_document(
        session,
        caller.person,
        account_id=wanted.account_id,
        name=clean(wanted.name, kind.endings),
        content_type=kind.content_type,
        blob=blob,
        origin="client" if caller.is_client else "firm",
        request_id=wanted.request_id,
        folder=_folder(session, caller, wanted, lock=True) if wanted.folder_id else None,
    )
    if wanted.share and not caller.is_client:
        actions.make_shared(session, document, caller.person)
    return document


def _folder(session: Session, caller: Caller, wanted: Wanted, *, lock: bool = False) -> Folder:
    assert wanted.folder_id
    folder = place_for_upload(session, caller, wanted.account_id, wanted.folder_id, lock=lock)
    if wanted.share and not any(folder.levels().values()):
        raise actions.private_folder()
    return folder


def _document_for_version(session: Session, caller: Caller, wanted: Wanted, *, lock: bool = False) -> Document:
    """Return the document that is to get a version: a client's only while the folder takes documents from them."""
    assert wanted.document_id
    document = queries.get_document(session, caller, wanted.document_id, lock=lock)
    if document.account_id != wanted.account_id:
        raise not_found("This document")
    if document.status != "available":
        raise conflict("illegal_transition", f"The document is {document.status}.")
    if caller.is_client and not queries.takes_version_from(caller, document):
        raise forbidden("The firm keeps the versions of this document.", code="version_not_allowed")
    return document


def _file_version(session: Session, caller: Caller, wanted: Wanted, kind: Recognised, blob: Blob) -> Document:
    document = _document_for_version(session, caller, wanted, lock=True)
    stem = document.name.rpartition(".")[0] or document.name
    document.name = clean(document.name if ending_of(document.name) in kind.endings else stem, kind.endings)
    document.search_name = searchable(document.name)
    origin = "client" if caller.is_client else "firm"
    actions.add_version(session, document, caller.person, blob, content_type=kind.content_type, origin=origin)
    return document

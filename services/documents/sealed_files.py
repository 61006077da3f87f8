"""Fetching what signing sealed: the one file that comes from another service and not from a person."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import observability
from services.chassis.blobs import Blob
from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.documents.library import actions
from services.documents.library.models import Document, Version
from services.documents.uploads.body import PIECE
from services.documents.uploads.receiving import blob_key_of

log = observability.logger(__name__)


class WrongFile(ValueError):
    """What signing gave is not what its event said."""


def file_sealed(session: Session, runtime: Runtime, event: Event) -> None:
    """File the sealed PDF of a completed sign request as a version of its document, once.

    Raises `WrongFile` where size or checksum are not those of the event, and `Problem` where signing does not
    answer; the event is then tried again later. A document that was erased meanwhile gets no version.
    """
    data = event.data
    document = session.scalars(
        select(Document)
        .where(Document.id == data["document_id"], Document.account_id == data["account_id"])
        .with_for_update()
    ).one_or_none()
    if document is None:
        log.error("sealed_file_without_document", document=str(data["document_id"]), sign_request=str(data["id"]))
        return
    if _is_filed(session, document.id, data["sealed_sha256"]):
        return
    # The key comes from the event, so that a second try writes the same place again.
    blob = _fetch(runtime, data["id"], blob_key_of(event.id))
    if (blob.sha256, blob.size) != (data["sealed_sha256"], data["sealed_size"]):
        runtime.blobs.delete(blob.key)
        raise WrongFile(f"signing gave {blob.size} bytes with {blob.sha256}, not what it announced")
    actions.add_sealed_version(session, document, blob, sign_request_id=data["id"], content_type="application/pdf")


def _is_filed(session: Session, document_id: UUID, sha256: str) -> bool:
    statement = select(Version.id).where(
        Version.document_id == document_id, Version.origin == "signing", Version.sha256 == sha256
    )
    return session.scalars(statement).first() is not None


def _fetch(runtime: Runtime, sign_request_id: UUID, blob_key: str) -> Blob:
    with runtime.client("signing").get(f"/v1/sign-requests/{sign_request_id}/sealed", stream=True) as response:
        return runtime.blobs.write(blob_key, response.iter_content(PIECE))

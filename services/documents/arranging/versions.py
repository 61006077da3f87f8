"""New versions: bytes that come in for a document that is there, and older ones that count again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.chassis.auth import Caller
from services.chassis.problems import conflict
from services.chassis.runtime import Runtime
from services.documents.library import queries
from services.documents.settings import DocumentsSettings
from services.documents.uploads import receiving
from services.documents.uploads.body import Body
from services.documents.uploads.filing import Wanted


class StoredBody(Body):
    """Bytes that are in the store already, read as an upload is."""

    def __init__(self, pieces: Iterator[bytes], size: int) -> None:
        self._pieces, self.size = pieces, size

    def pieces(self) -> Iterator[bytes]:
        """Yield them."""
        return self._pieces


def receive_version(runtime: Runtime, caller: Caller, document_id: UUID, environ: dict[str, Any], **asked: Any) -> None:
    """Store the body of a request as the newest version of a document.

    Raises a `Problem` as an upload does, and 403 where the client may not add one.
    """
    settings = runtime.settings
    assert isinstance(settings, DocumentsSettings)
    with runtime.database.reading() as session:
        account_id = queries.get_document(session, caller, document_id).account_id
    body = Body(environ, limit=settings.upload_limit, stall_seconds=settings.upload_stall_seconds)
    receiving.receive(runtime, caller, Wanted(account_id, document_id=document_id, **asked), body)


def restore_version(runtime: Runtime, caller: Caller, document_id: UUID, number: int) -> None:
    """File the bytes of an older version once more, as the newest. Raises a 409 `Problem` for the newest itself."""
    with runtime.database.reading() as session:
        document, version = queries.get_version(session, caller, document_id, number)
        if number == document.version_number:
            raise conflict("version_is_newest", "This is the newest version already.")
        wanted = Wanted(document.account_id, document.name, sha256=version.sha256, document_id=document_id)
        key, size = version.blob_key, version.size
    receiving.receive(runtime, caller, wanted, StoredBody(runtime.blobs.read(key), size))

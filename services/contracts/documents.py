"""What documents says: what lies where, for whom, and who opened it."""

from marshmallow import fields

from services.contracts import documents_approvals, documents_sharing, documents_uploads
from services.contracts.fields import Data, Person, flag, moment, number, one_of, part, text, uuid


class Document(Data):
    """A document's whole public state; `sha256` and `size` are those of the newest version."""

    id = uuid()
    account_id = uuid()
    name = text()
    content_type = text()
    size = number()
    sha256 = text()
    status = one_of("available", "quarantined", "deleted")
    origin = one_of("firm", "client", "signing")
    shared = flag()
    shared_at = moment(allow_none=True)
    uploaded_by = part(Person)
    uploaded_at = moment()
    sign_request_id = uuid(allow_none=True)
    request_id = uuid(allow_none=True)
    version_number = number()
    version = number()
    folder_id = fields.UUID(allow_none=True)
    tags = fields.List(fields.String())
    client_roles = fields.List(
        fields.String(), metadata={"description": "the roles that see its folder; left out: all that see documents"}
    )
    by = fields.Nested(Person)


class DocumentPurged(Data):
    """It was deleted for good, out of the recycle bin."""

    id = uuid()
    account_id = uuid()
    name = text()
    by = part(Person)
    version = number()


class DocumentShared(Document):
    """The client may see it from now on."""

    shared_by = part(Person)


class DocumentOpened(Data):
    """Somebody opened or downloaded it; `first` is true the first time that this person did."""

    document_id = uuid()
    account_id = uuid()
    by = part(Person)
    at = moment()
    how = one_of("download", "preview")
    first = flag()


class DocumentQuarantined(Document):
    """A version was held back by the check for viruses: nobody can open it.

    `reason`: something was `found`, the scanner does not take so many bytes, or the bytes are not there.
    """

    reason = one_of("infected", "too_large", "missing")
    found = text()


class DocumentReleased(Document):
    """Staff opened what was held back, for a reason."""

    released_by = part(Person)
    reason = text()


class DocumentLost(Document):
    """The bytes of a version are not in the store any more, or are others: a repair found that."""

    lost_version = number()


class ScannerFailed(Data):
    """Files have waited for the check for viruses for a quarter of an hour: the scanner does not do its work."""

    since = moment()
    waiting = number()
    error = text()


class ScannerRecovered(Data):
    """The scanner works again after staff was told that it does not."""

    since = moment()
    at = moment()


EVENTS = {
    "documents.document.uploaded.v1": Document,
    "documents.document.shared.v1": DocumentShared,
    "documents.document.opened.v1": DocumentOpened,
    "documents.document.unshared.v1": Document,
    "documents.document.version_added.v1": Document,
    "documents.document.deleted.v1": Document,
    "documents.document.restored.v1": Document,
    "documents.document.moved.v1": Document,
    "documents.document.renamed.v1": Document,
    "documents.document.tagged.v1": Document,
    "documents.document.access_changed.v1": Document,
    "documents.document.purged.v1": DocumentPurged,
    **documents_approvals.EVENTS,
    "documents.document.quarantined.v1": DocumentQuarantined,
    "documents.document.released.v1": DocumentReleased,
    "documents.document.lost.v1": DocumentLost,
    "documents.scanner.failed.v1": ScannerFailed,
    "documents.scanner.recovered.v1": ScannerRecovered,
    **documents_sharing.EVENTS,
    **documents_uploads.EVENTS,
}

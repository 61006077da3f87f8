"""What documents says: what lies where, for whom, and who opened it."""

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


EVENTS = {
    "documents.document.uploaded.v1": Document,
    "documents.document.shared.v1": DocumentShared,
    "documents.document.opened.v1": DocumentOpened,
    "documents.document.unshared.v1": Document,
    "documents.document.version_added.v1": Document,
    "documents.document.deleted.v1": Document,
    "documents.document.restored.v1": Document,
}

"""What documents says of links to documents, and of what is locked until it is paid."""

from services.contracts.fields import Data, Person, moment, number, part, text, uuid


class ShareLink(Data):
    """A link by which anybody who has it gets a document. Nothing here opens it."""

    id = uuid()
    account_id = uuid()
    document_id = uuid(allow_none=True)
    folder_id = uuid(allow_none=True)
    name = text()
    created_by = part(Person)
    created_at = moment()
    expires_at = moment()
    by = part(Person)
    version = number()


class ShareLinkUsed(ShareLink):
    """Somebody downloaded by a link; `name` is that of the document."""

    at = moment()


class Lock(Data):
    """A document is closed to its client until `reference` (an invoice) is paid, or is open again."""

    id = uuid()
    account_id = uuid()
    document_id = uuid()
    name = text()
    reference = text()
    by = part(Person)
    at = moment()


EVENTS = {
    "documents.link.created.v1": ShareLink,
    "documents.link.revoked.v1": ShareLink,
    "documents.link.used.v1": ShareLinkUsed,
    "documents.lock.placed.v1": Lock,
    "documents.lock.opened.v1": Lock,
}

"""What documents says of uploading: a client is done."""

from services.contracts.fields import Data, Person, listed, moment, number, part, text, uuid


class UploadedDocument(Data):
    """A document that came."""

    id = uuid()
    name = text()


class UploadNoticeGiven(Data):
    """A client said that everything is sent: `count` documents since they said so before, the first of them named."""

    id = uuid()
    account_id = uuid()
    request_id = uuid(allow_none=True)
    by = part(Person)
    at = moment()
    count = number()
    documents = listed(UploadedDocument)


EVENTS = {"documents.upload_notice.given.v1": UploadNoticeGiven}

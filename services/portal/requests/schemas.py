"""What the requests' API takes and gives. The limits keep a request's event within 64 KiB."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.fields import Name
from services.portal.people import PersonOut
from services.portal.requests.models import KINDS, MAX_CITED, SORTS, STATES, STATUSES

MAX_MESSAGE = 4000
MAX_ITEMS = 40


class NewItem(Schema):
    title = Name(max=120, required=True)


class NewRequest(Schema):
    """A request to a client, with its checklist and documents."""

    account_id = fields.UUID(required=True)
    title = Name(required=True)
    message = Text(max=MAX_MESSAGE, multiline=True)
    due_on = fields.Date(allow_none=True)
    items = fields.List(fields.Nested(NewItem), validate=validate.Length(max=MAX_ITEMS))
    document_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))


class ItemAnswer(Schema):
    """The documents that answer one item of the checklist."""

    id = fields.UUID(required=True)
    document_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MAX_CITED))


class NewReply(Schema):
    """An answer. `internal` is for staff: a note that no client sees."""

    message = Text(max=MAX_MESSAGE, multiline=True)
    document_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))
    items = fields.List(fields.Nested(ItemAnswer), validate=validate.Length(max=MAX_ITEMS))
    internal = fields.Boolean()


class Reopening(Schema):
    """Why a request is opened again."""

    message = Text(max=MAX_MESSAGE, multiline=True)


class RequestQuery(PageQuery):
    """Which requests, in which order. A client gets its own, sign requests among them."""

    account_id = fields.UUID(load_default=None)
    adviser_id = fields.UUID(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    state = fields.String(load_default="all", validate=validate.OneOf(STATES))
    q = Text(max=100, load_default="")
    sort = fields.String(load_default="-created_at", validate=validate.OneOf(SORTS))


class DocumentOut(Schema):
    """A document that a request or comment cites."""

    id = fields.UUID()
    name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    status = fields.String()
    origin = fields.String()
    shared = fields.Boolean()
    version_number = fields.Integer()
    uploaded_by = fields.Nested(PersonOut)
    uploaded_at = fields.AwareDateTime()


class Cited(Schema):
    documents = fields.List(fields.Nested(DocumentOut))
    pending_documents = fields.Integer(metadata={"description": "How many are on their way and not shown yet"})


class ItemOut(Cited):
    id = fields.UUID()
    title = fields.String()
    status = fields.String()


class CommentOut(Cited):
    id = fields.UUID()
    by = fields.Nested(PersonOut)
    message = fields.String()
    internal = fields.Boolean()
    at = fields.AwareDateTime()


class RequestOut(Cited):
    """A request with its thread. `allowed` says what the caller may do with it now."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    title = fields.String()
    message = fields.String()
    status = fields.String()
    due_on = fields.Date(allow_none=True)
    created_by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    unread = fields.Boolean()
    items = fields.List(fields.Nested(ItemOut))
    comments = fields.List(fields.Nested(CommentOut))
    unsent_documents = fields.List(
        fields.Nested(DocumentOut), metadata={"description": "Uploaded for this request, in no comment yet"}
    )
    allowed = fields.List(fields.String())
    version = fields.Integer()


class RequestRow(Schema):
    """A request or sign request in a list."""

    kind = fields.String(metadata={"description": "request or sign_request"})
    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    title = fields.String()
    status = fields.String()
    due_on = fields.Date(allow_none=True)
    created_by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    unread = fields.Boolean()
    waiting = fields.Boolean(metadata={"description": "Whether it waits for the caller's side"})
    items_total = fields.Integer()
    items_open = fields.Integer()
    pages = fields.Integer(allow_none=True)
    document_id = fields.UUID(allow_none=True)


class RequestPage(Schema):
    items = fields.List(fields.Nested(RequestRow))
    next = fields.String(allow_none=True)

"""What the requests' API takes and gives. The limits keep a request's event within 64 KiB."""

from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, validate, validates

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.fields import Name
from services.portal.people import PersonOut
from services.portal.requests.models import ITEM_STATUSES, KINDS, MAX_CITED, SORTS, STATES, STATUSES

MAX_MESSAGE = 4000
MAX_ITEMS = 50
MAX_TITLES = 4800
"""Of the titles of a checklist together, in characters."""


class Repeatable(Schema):
    """A key under which a call that is sent twice counts once."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}$", error="Use 1 to 200 visible ASCII characters."),
    )


class NewItem(Schema):
    """One thing to send: words are enough unless it needs a file; one that is optional keeps nothing waiting."""

    title = Name(max=120, required=True)
    description = Text(max=1000, multiline=True)
    needs_file = fields.Boolean()
    optional = fields.Boolean()


class Asked(Schema):
    """What is asked: title, message and checklist."""

    title = Name(required=True)
    message = Text(max=MAX_MESSAGE, multiline=True)
    items = fields.List(fields.Nested(NewItem), validate=validate.Length(max=MAX_ITEMS))
    reminders = fields.Boolean(metadata={"description": "Whether clients are reminded of it, as the firm set; true"})

    @validates("items")
    def _short_enough(self, value: list[dict[str, Any]], **_: Any) -> None:
        if sum(len(item.get("title", "")) for item in value) > MAX_TITLES:
            raise ValidationError("The titles of the checklist are too long together.")


class NewRequest(Asked):
    """A request to a client, with its checklist and documents."""

    account_id = fields.UUID(required=True)
    due_on = fields.Date(allow_none=True)
    document_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))


class RequestChange(Schema):
    """What is to be different. `version` is that which the caller has seen."""

    due_on = fields.Date(allow_none=True)
    reminders = fields.Boolean()
    version = fields.Integer(required=True)


class ItemAnswerIn(Schema):
    """An answer to one item of the checklist."""

    message = Text(max=MAX_MESSAGE, multiline=True)
    document_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))


class Rejection(Schema):
    """Why an item is sent back; the client reads it."""

    reason = Text(max=1000, multiline=True, required=True)


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
    """An item: open, received, accepted, or rejected and so open again. `answer` is what the client last wrote."""

    id = fields.UUID()
    title = fields.String()
    description = fields.String()
    needs_file = fields.Boolean()
    optional = fields.Boolean()
    status = fields.String(validate=validate.OneOf(ITEM_STATUSES))
    answer = fields.String()
    reason = fields.String(metadata={"description": "Why it was sent back"})


class CommentOut(Cited):
    id = fields.UUID()
    by = fields.Nested(PersonOut)
    message = fields.String()
    internal = fields.Boolean()
    at = fields.AwareDateTime()
    item_id = fields.UUID(allow_none=True, metadata={"description": "The item that it is about"})
    act = fields.String(allow_none=True, metadata={"description": "What happened to it: answered, accepted, rejected"})


class RequestOut(Cited):
    """A request with its thread. `allowed` says what the caller may do with it now."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    title = fields.String()
    message = fields.String()
    status = fields.String()
    due_on = fields.Date(allow_none=True)
    reminders = fields.Boolean(allow_none=True)
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

"""What the conversations' API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.conversations.models import ASSIGNED, MAX_CITED, MAX_MESSAGE, STATES
from services.portal.directory.schemas import Adviser
from services.portal.fields import Name
from services.portal.people import PersonOut
from services.portal.requests.schemas import Cited, DocumentOut

MAX_MENTIONED = 20


class Keyed(Schema):
    """The key under which a repeated call is recognised."""

    class Meta:
        unknown = "exclude"

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}$", error="Use 1 to 200 visible ASCII characters."),
    )


class NewMessage(Schema):
    """A message, or with `internal` a note that no client sees; staff alone mentions staff."""

    text = Text(max=MAX_MESSAGE, multiline=True)
    document_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))
    internal = fields.Boolean()
    mention_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_MENTIONED))


class NewConversation(Schema):
    """A conversation with its first message. `account_id` is for staff: a client writes in its own name."""

    account_id = fields.UUID()
    title = Name(required=True)
    text = Text(max=MAX_MESSAGE, multiline=True)
    document_ids = fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))


class Assignment(Schema):
    """Who of the staff looks after a conversation; null for nobody."""

    user_id = fields.UUID(required=True, allow_none=True)


class ConversationsQuery(PageQuery):
    """Which conversations, the latest message first. `q` looks into titles and messages, words in any order."""

    account_id = fields.UUID(load_default=None)
    state = fields.String(load_default="all", validate=validate.OneOf(STATES))
    assigned = fields.String(load_default=None, validate=validate.OneOf(ASSIGNED))
    unread = fields.Boolean(load_default=False)
    waiting = fields.Boolean(load_default=False)
    q = Text(max=100, load_default="")


class ThreadQuery(Schema):
    """Which messages: the latest, or those before the one named."""

    before = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class MessageOut(Cited):
    """A message of a thread; `mentions` names those of the staff who are called, for staff alone."""

    id = fields.UUID()
    by = fields.Nested(PersonOut)
    text = fields.String()
    internal = fields.Boolean()
    mentions = fields.List(fields.Nested(Adviser))
    at = fields.AwareDateTime()


class ReaderOut(Schema):
    """Somebody of the other side who has read what one's own side wrote last, and since when."""

    name = fields.String()
    at = fields.AwareDateTime()


class ConversationRow(Schema):
    """A conversation in a list."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    title = fields.String()
    status = fields.String()
    assignee = fields.Nested(Adviser, allow_none=True, metadata={"description": "For staff alone"})
    excerpt = fields.String()
    last_at = fields.AwareDateTime()
    last_by = fields.Nested(PersonOut)
    unread = fields.Boolean()
    waiting = fields.Boolean(metadata={"description": "Whether it waits for the caller's side"})


class ConversationPage(Schema):
    items = fields.List(fields.Nested(ConversationRow))
    next = fields.String(allow_none=True)
    may_start = fields.Boolean()


class ConversationOut(ConversationRow):
    """A conversation with its latest messages, the oldest of them first. `allowed` says what the caller may do now."""

    started_by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    messages = fields.List(fields.Nested(MessageOut))
    before = fields.UUID(allow_none=True, metadata={"description": "Ask for the messages before this one; null: none"})
    read_by = fields.List(fields.Nested(ReaderOut))
    unsent_documents = fields.List(fields.Nested(DocumentOut))
    allowed = fields.List(fields.String())
    stamp = fields.String(metadata={"description": "Another one once there is something new"})


class StampOut(Schema):
    stamp = fields.String()


class StaffOut(Schema):
    items = fields.List(fields.Nested(Adviser))


class UnreadOut(Schema):
    unread = fields.Integer()

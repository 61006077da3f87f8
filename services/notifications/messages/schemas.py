"""Schemas of the messages API."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema
from services.notifications.kinds import KINDS
from services.notifications.messages.models import TRANSITIONS


class AttemptOut(Schema):
    number = fields.Integer()
    at = fields.AwareDateTime(format="iso")
    result = fields.String()
    detail = fields.String(allow_none=True)


class MessageOut(Schema):
    """A message that left or is to leave the house; what it says is not shown. `event_id` is what caused it."""

    id = fields.UUID()
    kind = fields.String()
    channel = fields.String()
    status = fields.String(validate=validate.OneOf(sorted(TRANSITIONS)))
    to_name = fields.String()
    to_address = fields.String()
    user_id = fields.UUID(allow_none=True)
    account_id = fields.UUID(allow_none=True)
    event_id = fields.UUID()
    tries = fields.Integer()
    last_error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime(format="iso")
    next_attempt_at = fields.AwareDateTime(format="iso")
    finished_at = fields.AwareDateTime(format="iso", allow_none=True)
    expires_at = fields.AwareDateTime(format="iso", allow_none=True)
    can_resend = fields.Boolean()


class MessageDetail(MessageOut):
    attempts = fields.List(fields.Nested(AttemptOut))


class MessagePage(Schema):
    items = fields.List(fields.Nested(MessageOut))
    next = fields.String(allow_none=True)


class MessagesQuery(PageQuery):
    """Which messages: by status, kind, channel, or the person they are for."""

    status = fields.String(load_default=None, validate=validate.OneOf(sorted(TRANSITIONS)))
    kind = fields.String(load_default=None, validate=validate.OneOf(list(KINDS)))
    channel = fields.String(load_default=None, validate=validate.OneOf(["email", "sms"]))
    user_id = fields.UUID(load_default=None)

"""Schemas of mails that came in."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema
from services.notifications.inbound.models import STATUSES


class InboundQuery(PageQuery):
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))


class InboundFile(Schema):
    name = fields.String()
    reason = fields.String()


class InboundOut(Schema):
    """A mail that came in. What it says is not told: it stands in its thread, or nowhere."""

    id = fields.UUID()
    source = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    reason = fields.String(allow_none=True)
    from_address = fields.String()
    subject = fields.String()
    size = fields.Integer()
    user_id = fields.UUID(allow_none=True)
    user_name = fields.String(allow_none=True)
    account_id = fields.UUID(allow_none=True)
    account_name = fields.String(allow_none=True)
    thread_kind = fields.String(allow_none=True)
    thread_id = fields.UUID(allow_none=True)
    left_out = fields.List(fields.Nested(InboundFile))
    last_error = fields.String(allow_none=True)
    received_at = fields.AwareDateTime(format="iso")
    settled_at = fields.AwareDateTime(format="iso", allow_none=True)


class InboundPage(Schema):
    items = fields.List(fields.Nested(InboundOut))
    next = fields.String(allow_none=True)


class TakenOut(Schema):
    """What became of a mail that was brought, as far as it is known at once."""

    id = fields.UUID()
    status = fields.String(validate=validate.OneOf(STATUSES))
    reason = fields.String(allow_none=True)

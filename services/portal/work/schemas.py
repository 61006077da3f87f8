"""What the work list's API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.portal.directory.schemas import Adviser
from services.portal.work.models import KINDS, SEEN_KINDS


class WorkQuery(Schema):
    """Which part of the work."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    account_id = fields.UUID(load_default=None)
    assignee_id = fields.UUID(load_default=None)


class Seen(Schema):
    """What was looked at."""

    kind = fields.String(required=True, validate=validate.OneOf(SEEN_KINDS))
    id = fields.UUID(required=True)


class WorkRow(Schema):
    """One thing that waits. `id` is of the request, conversation, document, sign request or contact, by `kind`."""

    kind = fields.String()
    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    is_test = fields.Boolean(metadata={"description": "Whether the client is a test; such work is not counted"})
    title = fields.String()
    due_on = fields.Date(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Until when exactly, where that is known"})
    at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why a message did not arrive"})
    assignee = fields.Nested(Adviser, allow_none=True)


class WorkOut(Schema):
    items = fields.List(fields.Nested(WorkRow))
    total = fields.Integer()

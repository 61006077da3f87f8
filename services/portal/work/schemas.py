"""What the work list's API takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema
from services.portal.directory.schemas import Adviser
from services.portal.work.models import ACTS, KINDS, MOST_AT_ONCE, SEEN_KINDS


class WorkQuery(PageQuery):
    """Which part of the work."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    account_id = fields.UUID(load_default=None)
    assignee_id = fields.UUID(load_default=None)
    assigned = fields.String(load_default=None, validate=validate.OneOf(("me", "none")))
    overdue = fields.Boolean(load_default=False)
    snoozed = fields.Boolean(load_default=False, metadata={"description": "What the caller has put off"})


class Seen(Schema):
    """What was looked at."""

    kind = fields.String(required=True, validate=validate.OneOf(SEEN_KINDS))
    id = fields.UUID(required=True)


class Entry(Schema):
    """A thing on the list."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    id = fields.UUID(required=True)


class WorkAct(Schema):
    """What is done with which things; without `assignee_id` nobody has them, without `until` they are back."""

    items = fields.List(fields.Nested(Entry), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))
    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    assignee_id = fields.UUID(load_default=None, allow_none=True)
    until = fields.AwareDateTime(load_default=None, allow_none=True)

    @validates_schema
    def _fits(self, data: dict[str, Any], **_: Any) -> None:
        for name, act in (("assignee_id", "assign"), ("until", "snooze")):
            if data.get(name) and data.get("act") != act:
                raise ValidationError({name: ["Unknown field."]})


class WorkDone(Schema):
    changed = fields.Integer()


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
    stars = fields.Integer(allow_none=True, metadata={"description": "Of a review"})
    assignee = fields.Nested(Adviser, allow_none=True)
    acts = fields.List(fields.String(), metadata={"description": "What can be done with it from the list"})


class WorkOut(Schema):
    """A page of the list; `counts` are those of each kind, whatever kind is asked for."""

    items = fields.List(fields.Nested(WorkRow))
    next = fields.String(allow_none=True)
    total = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())

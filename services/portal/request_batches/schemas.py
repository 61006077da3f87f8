"""What the API of requests to many clients takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema
from services.portal.directory.schemas import AccountFilters
from services.portal.fields import LOCALES
from services.portal.people import PersonOut
from services.portal.request_batches.models import REASONS, ROW_STATUSES
from services.portal.request_templates.schemas import MOST_DAYS, TextIn
from services.portal.requests.schemas import Asked

MOST_RECIPIENTS = 5000


class Recipients(Schema):
    """To whom: clients by name, or those of a list with its filters. One of the two."""

    account_ids = fields.List(fields.UUID(), validate=validate.Length(min=1, max=MOST_RECIPIENTS))
    filters = fields.Nested(AccountFilters)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if ("account_ids" in data) == ("filters" in data):
            raise ValidationError("Choose the clients.", "account_ids")


class RecipientsOut(Schema):
    """How many clients these are, and the names of the first ones."""

    total = fields.Integer()
    names = fields.List(fields.String())


class ContentIn(Asked):
    """What is asked of each of them. `texts` by language; due in days counts from the day on which it is sent."""

    texts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCALES)), values=fields.Nested(TextIn), load_default=dict
    )
    due_on = fields.Date(allow_none=True)
    due_days = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=0, max=MOST_DAYS))


class NewBatch(Schema):
    """A request to many clients."""

    to = fields.Nested(Recipients, required=True)
    content = fields.Nested(ContentIn, required=True)


class BatchQuery(PageQuery):
    """Which batches: those of a series, or all that staff sent."""

    series_id = fields.UUID(load_default=None)


class BatchOut(Schema):
    """A request to many clients: how far it is, and what became of it."""

    id = fields.UUID()
    status = fields.String(metadata={"description": "sending or done"})
    title = fields.String()
    total = fields.Integer()
    sent = fields.Integer()
    left_out = fields.Integer()
    percent = fields.Integer()
    series_id = fields.UUID(allow_none=True)
    period_on = fields.Date(allow_none=True)
    by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)


class BatchPage(Schema):
    items = fields.List(fields.Nested(BatchOut))
    next = fields.String(allow_none=True)


class RowsQuery(PageQuery):
    """Which clients of a batch."""

    status = fields.String(load_default=None, validate=validate.OneOf(ROW_STATUSES))


class RowOut(Schema):
    """A client of a batch, and the request that it got, or why it got none."""

    account_id = fields.UUID()
    account_name = fields.String()
    status = fields.String()
    reason = fields.String(allow_none=True, validate=validate.OneOf(REASONS))
    request_id = fields.UUID(allow_none=True)


class RowsPage(Schema):
    items = fields.List(fields.Nested(RowOut))
    next = fields.String(allow_none=True)

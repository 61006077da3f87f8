"""What the API of recurring requests takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema
from services.portal.people import PersonOut
from services.portal.request_batches.schemas import BatchOut, ContentIn, Recipients
from services.portal.request_series.models import EVERY, TRANSITIONS
from services.portal.request_templates.schemas import TemplateItem


class NewSeries(Schema):
    """A request that comes again. `day` is that of the week (1 is Monday) or of the month; that of the start unless
    told. The clients are fixed when it is made."""

    to = fields.Nested(Recipients, required=True)
    content = fields.Nested(ContentIn, required=True)
    every = fields.String(required=True, validate=validate.OneOf(EVERY))
    day = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, max=31))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True, load_default=None)

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if data["ends_on"] and data["ends_on"] < data["starts_on"]:
            raise ValidationError("The end is before the start.", "ends_on")
        if data["every"] == "week" and (data["day"] or 1) > 7:
            raise ValidationError("A week has seven days.", "day")
        if data["content"].get("due_on"):
            raise ValidationError("Say in how many days it is due.", "content.due_on")


class SeriesQuery(PageQuery):
    """Which series."""

    status = fields.String(load_default=None, validate=validate.OneOf((*TRANSITIONS, "running")))


class SeriesRow(Schema):
    """A request that comes again, and when the next time is."""

    id = fields.UUID()
    status = fields.String()
    title = fields.String()
    every = fields.String()
    day = fields.Integer()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    next_on = fields.Date(allow_none=True)
    clients = fields.Integer()
    created_by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    version = fields.Integer()


class SeriesPage(Schema):
    items = fields.List(fields.Nested(SeriesRow))
    next = fields.String(allow_none=True)


class SeriesClient(Schema):
    id = fields.UUID()
    name = fields.String()
    status = fields.String()


class SeriesOut(SeriesRow):
    """A series with what it asks, its clients and its latest runs. `allowed` says what may be done with it now."""

    message = fields.String()
    items = fields.List(fields.Nested(TemplateItem))
    due_days = fields.Integer(allow_none=True)
    reminders = fields.Boolean()
    accounts = fields.List(fields.Nested(SeriesClient), metadata={"description": "The first hundred"})
    runs = fields.List(fields.Nested(BatchOut))
    allowed = fields.List(fields.String())

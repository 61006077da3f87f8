"""Shapes of saying that all is sent."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class NoticeIn(Schema):
    """How it is said: by the button, or by the box in the dialog of an upload."""

    way = fields.String(load_default="button", validate=validate.OneOf(["button", "dialog"]))
    request_id = fields.UUID(load_default=None)


class NoticeOut(Schema):
    """Whether the firm was told now; it is not where nothing came since it was told before."""

    told = fields.Boolean()
    count = fields.Integer()


class NamedDocument(Schema):
    id = fields.UUID()
    name = fields.String()


class SinceLast(Schema):
    """What came since the client said last that it was done; `documents` names the first of them."""

    count = fields.Integer()
    documents = fields.List(fields.Nested(NamedDocument))
    last_at = fields.AwareDateTime(format="iso", allow_none=True)

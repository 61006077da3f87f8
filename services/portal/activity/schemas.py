"""What the activity history's API gives."""

from marshmallow import fields

from services.chassis.schemas import Schema
from services.portal.people import PersonOut


class Subject(Schema):
    kind = fields.String(metadata={"description": "account, contact, request, document, sign_request or user"})
    id = fields.UUID()


class ActivityOut(Schema):
    """One entry: who did what, to what, when."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "Such as request.created, document.shared, user.signed_in"})
    by = fields.Nested(PersonOut)
    at = fields.AwareDateTime()
    subject = fields.Nested(Subject)
    title = fields.String()


class ActivityPage(Schema):
    items = fields.List(fields.Nested(ActivityOut))
    next = fields.String(allow_none=True)

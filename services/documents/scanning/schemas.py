"""Shapes of the quarantine's API."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.documents.library.schemas import PersonOut


class HeldOut(Schema):
    """A document in quarantine: why (`infected`, `too_large`, `missing`) and what the scanner called it."""

    id = fields.UUID()
    name = fields.String()
    account_id = fields.UUID()
    account_name = fields.String(allow_none=True)
    size = fields.Integer()
    number = fields.Integer()
    uploaded_by = fields.Nested(PersonOut)
    uploaded_at = fields.AwareDateTime(format="iso")
    held_at = fields.AwareDateTime(format="iso")
    why = fields.String()
    found = fields.String()


class HeldPage(Schema):
    items = fields.List(fields.Nested(HeldOut))
    next = fields.String(allow_none=True)


class ScannerOut(Schema):
    """Whether files are checked, and how the scanner does."""

    on = fields.Boolean()
    down_since = fields.AwareDateTime(format="iso", allow_none=True)
    error = fields.String(allow_none=True)
    waiting = fields.Integer()
    waiting_since = fields.AwareDateTime(format="iso", allow_none=True)
    quarantined = fields.Integer()


class ReleaseIn(Schema):
    """Why a file is opened although the scanner did not pass it."""

    reason = fields.String(required=True, validate=[validate.Length(min=3, max=500), validate.Regexp(r"(?s).*\S")])

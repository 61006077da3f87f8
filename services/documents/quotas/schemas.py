"""Shapes of the quotas' API."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class QuotaIn(Schema):
    """The most bytes; null is without limit."""

    bytes = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(0, 2**50))


class UsageOut(Schema):
    """What is taken and what may be; `own` says whether the account has a quota of its own."""

    account_id = fields.UUID()
    used = fields.Integer()
    quota = fields.Integer(allow_none=True)
    own = fields.Boolean()
    default = fields.Integer(allow_none=True)

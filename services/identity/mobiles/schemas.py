"""The HTTP API's schemas of one's own mobile number."""

from marshmallow import fields

from services.chassis.schemas import Schema, Text


class CodeSentOut(Schema):
    expires_in = fields.Integer(required=True)
    resend_after = fields.Integer(required=True)


class MobileCodeIn(Schema):
    code = Text(required=True, max=20)

"""The HTTP API's schemas of proofs."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.identity.passwords.schemas import Password


class ProofOut(Schema):
    methods = fields.List(fields.String())
    authenticated_at = fields.AwareDateTime()
    mobile = fields.Boolean()


class ProofIn(Schema):
    method = fields.String(required=True, validate=validate.OneOf(["password", "totp", "recovery", "code"]))
    password = Password(required=False, load_default="")
    code = Text(load_default="", max=40)


class ProofCodeIn(Schema):
    prefer = fields.String(load_default="sms", validate=validate.OneOf(["sms", "email"]))


class ProofCodeOut(Schema):
    expires_in = fields.Integer()
    resend_after = fields.Integer()
    channel = fields.String()

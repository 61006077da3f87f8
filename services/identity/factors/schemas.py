"""The HTTP API's schemas of a person's own factors."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.identity.sessions.schemas import ClientSchema


class TotpOut(Schema):
    confirmed_at = fields.AwareDateTime()


class PasskeyOut(Schema):
    id = fields.UUID()
    name = fields.String()
    created_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True)


class MobileOut(Schema):
    """A number on file, and whether codes go there."""

    number = fields.String()
    verified = fields.Boolean()


class SecurityOut(Schema):
    password_set = fields.Boolean()
    password_changed_at = fields.AwareDateTime(allow_none=True)
    totp = fields.Nested(TotpOut, allow_none=True)
    passkeys = fields.List(fields.Nested(PasskeyOut))
    recovery_codes_left = fields.Integer()
    mobile = fields.Nested(MobileOut, allow_none=True)
    second_factor = fields.Boolean()
    must_enrol = fields.Boolean()
    min_password_length = fields.Integer()


class TotpBegunOut(Schema):
    secret = fields.String()
    uri = fields.String()


class TotpCodeIn(Schema):
    code = Text(required=True, max=20)


class LostIn(Schema):
    challenge = fields.String(required=True, validate=validate.Length(max=200))
    client = fields.Nested(ClientSchema, required=True)


class EnrolledOut(Schema):
    recovery_codes = fields.List(fields.String(), allow_none=True)


class RecoveryCodesOut(Schema):
    codes = fields.List(fields.String())

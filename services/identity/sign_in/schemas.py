"""The HTTP API's schemas of signing in."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.identity.passwords.schemas import Password, user_kind
from services.identity.sessions.schemas import ClientSchema
from services.identity.users.addresses import EmailAddress


class StartIn(Schema):
    email = EmailAddress(required=True)
    prefer = fields.String(load_default="sms", validate=validate.OneOf(["sms", "email"]))
    client = fields.Nested(ClientSchema, required=True)


class StartOut(Schema):
    flow = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    resend_after = fields.Integer(required=True)


class RedirectIn(Schema):
    channel = fields.String(required=True, validate=validate.OneOf(["sms", "email"]))


class RedirectedOut(Schema):
    """Whether a code is on its way, and whether later ones go there too."""

    channel = fields.String()
    sent = fields.Boolean()
    lasting = fields.Boolean()


class CodeIn(Schema):
    flow = fields.String(required=True, validate=validate.Length(max=200))
    code = Text(required=True, max=20)
    client = fields.Nested(ClientSchema, required=True)


class FactorIn(Schema):
    challenge = fields.String(required=True, validate=validate.Length(max=200))
    method = fields.String(required=True, validate=validate.OneOf(["totp", "recovery"]))
    code = Text(required=True, max=40)
    remember = fields.Boolean(load_default=False)
    client = fields.Nested(ClientSchema, required=True)


class WaysQuery(Schema):
    kind = user_kind()


class OidcOut(Schema):
    name = fields.String()


class WaysOut(Schema):
    password = fields.Boolean()
    code = fields.Boolean()
    passkey = fields.Boolean()
    oidc = fields.Nested(OidcOut, allow_none=True)


class AdmittedOut(Schema):
    """A session, or the challenge to prove a second factor."""

    session = fields.String()
    kind = fields.String()
    expires_at = fields.AwareDateTime()
    device = fields.String()
    challenge = fields.String()
    factors = fields.List(fields.String())
    expires_in = fields.Integer()


class PasswordIn(Schema):
    email = EmailAddress(required=True)
    password = Password()
    kind = user_kind()
    client = fields.Nested(ClientSchema, required=True)

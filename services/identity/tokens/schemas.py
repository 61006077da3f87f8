"""The HTTP API's schemas of tokens and keys."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.chassis.service_tokens import ASSERTION_TYPE


class ServiceTokenIn(Schema):
    grant_type = fields.String(load_default="client_credentials", validate=validate.Equal("client_credentials"))
    client_assertion_type = fields.String(load_default=ASSERTION_TYPE, validate=validate.Equal(ASSERTION_TYPE))
    client_assertion = fields.String(required=True, validate=validate.Length(max=4000))
    audience = fields.String(required=True, validate=validate.Length(max=40))


class ServiceTokenOut(Schema):
    token = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class KeySetOut(Schema):
    keys = fields.List(fields.Dict(), required=True)

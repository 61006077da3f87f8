"""Schemas of preferences."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class PreferenceIn(Schema):
    kind = fields.String(required=True, validate=validate.Length(max=60))
    channel = fields.String(required=True, validate=validate.OneOf(["email", "portal"]))
    enabled = fields.Boolean(required=True)
    locked = fields.Boolean(load_only=True)
    """Accepted and ignored, so that an answer can be sent back as it came."""


class PreferencesIn(Schema):
    items = fields.List(fields.Nested(PreferenceIn), required=True, validate=validate.Length(max=200))


class PreferenceOut(Schema):
    """Whether a kind of message is sent by a channel. A locked one is a security message and always is."""

    kind = fields.String()
    channel = fields.String()
    enabled = fields.Boolean()
    locked = fields.Boolean()


class PreferencesOut(Schema):
    items = fields.List(fields.Nested(PreferenceOut))

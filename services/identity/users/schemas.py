"""The HTTP API's schemas of users."""

from zoneinfo import available_timezones

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.identity.users.models import CLIENT, STAFF

LOCALES = ("en", "es", "pt")


class AccessOut(Schema):
    account_id = fields.UUID()
    contact_id = fields.UUID()
    role = fields.String()


class DeliveryFailureOut(Schema):
    """What did not reach the person: an invitation or a code, by which channel, why and when (B10).

    `instead` is the channel by which staff has codes sent since.
    """

    kind = fields.String()
    channel = fields.String()
    reason = fields.String()
    at = fields.String()
    instead = fields.String()


class InviteIn(Schema):
    """By which channel the link is sent."""

    channel = fields.String(load_default="email", validate=validate.OneOf(["email", "sms"]))


class UserOut(Schema):
    id = fields.UUID()
    kind = fields.String()
    email = fields.String()
    name = fields.String()
    locale = fields.String()
    timezone = fields.String()
    mobile = fields.String(allow_none=True)
    status = fields.String()
    role = fields.String(allow_none=True)
    assigned_only = fields.Boolean()
    mobile_verified = fields.Boolean()
    delivery_failure = fields.Nested(DeliveryFailureOut, allow_none=True)
    accounts = fields.List(fields.Nested(AccessOut))
    version = fields.Integer()


class UserQuery(Schema):
    kind = fields.String(load_default=None, validate=validate.OneOf([CLIENT, STAFF]))
    contact_id = fields.UUID(load_default=None)
    account_id = fields.UUID(load_default=None)
    cursor = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class UserPage(Schema):
    items = fields.List(fields.Nested(UserOut))
    next = fields.String(allow_none=True)


class ProfileIn(Schema):
    locale = fields.String(validate=validate.OneOf(LOCALES))
    timezone = fields.String(validate=validate.OneOf(sorted(available_timezones())))

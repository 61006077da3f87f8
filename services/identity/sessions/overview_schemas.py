"""The HTTP API's schemas of what is told of sessions, devices and sign-ins."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class DeviceWords(Schema):
    """What a browser says of itself; it can say anything."""

    browser = fields.String(allow_none=True)
    system = fields.String(allow_none=True)
    model = fields.String(allow_none=True)


class PlaceOut(Schema):
    """What an address tells of its place."""

    kind = fields.String(metadata={"description": "machine, network, place or unknown"})
    name = fields.String(allow_none=True)


class OriginOut(Schema):
    ip = fields.String()
    device = fields.Nested(DeviceWords)
    place = fields.Nested(PlaceOut)


class SessionOut(OriginOut):
    id = fields.UUID()
    current = fields.Boolean()
    methods = fields.List(fields.String())
    started_at = fields.AwareDateTime()
    last_seen_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class SessionList(Schema):
    items = fields.List(fields.Nested(SessionOut))


class KnownDeviceOut(OriginOut):
    id = fields.UUID()
    current = fields.Boolean()
    first_seen_at = fields.AwareDateTime()
    last_seen_at = fields.AwareDateTime()
    remembered_until = fields.AwareDateTime(allow_none=True)


class DeviceList(Schema):
    items = fields.List(fields.Nested(KnownDeviceOut))


class HistoryQuery(Schema):
    cursor = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class SignInEventOut(OriginOut):
    id = fields.UUID()
    at = fields.AwareDateTime()
    method = fields.String()
    refusal = fields.String(allow_none=True, metadata={"description": "Why it was refused; null for a sign-in"})


class HistoryPage(Schema):
    items = fields.List(fields.Nested(SignInEventOut))
    next = fields.String(allow_none=True)


class ViewIn(Schema):
    account_id = fields.UUID(required=True)


class ViewOut(Schema):
    session = fields.String()
    expires_at = fields.AwareDateTime()

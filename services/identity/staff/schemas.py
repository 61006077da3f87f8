"""The HTTP API's schemas of the firm's own people. What is not named here cannot be set (threat 31)."""

from typing import Any
from zoneinfo import available_timezones

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.identity.roles import ROLES
from services.identity.users.addresses import EmailAddress, clean_name
from services.identity.users.schemas import LOCALES


class PersonName(Text):
    """A field that loads a person's name as mails can carry it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return clean_name(super()._deserialize(value, attr, data, **kwargs))


def role(**kwargs: Any) -> fields.String:
    """Return a field for a role of the firm's staff."""
    return fields.String(validate=validate.OneOf(ROLES, error="Choose a role."), **kwargs)


class NewStaff(Schema):
    """Whom to invite, and as what."""

    email = EmailAddress(required=True)
    name = PersonName(required=True)
    role = role(required=True)
    assigned_only = fields.Boolean(load_default=False)
    locale = fields.String(load_default="en", validate=validate.OneOf(LOCALES))
    timezone = fields.String(load_default="UTC", validate=validate.OneOf(sorted(available_timezones())))


class StaffChange(Schema):
    """What is to be different."""

    name = PersonName()
    role = role()
    assigned_only = fields.Boolean()


class StaffQuery(Schema):
    """Which of the firm's people; `q` looks through names and addresses."""

    q = Text(max=100, load_default="")
    status = fields.String(
        load_default=None, validate=validate.OneOf(["invited", "active", "suspended", "undeliverable"])
    )
    role = role(load_default=None)
    cursor = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class ChangedBy(Schema):
    kind = fields.String()
    id = fields.String()
    name = fields.String()


class InvitationState(Schema):
    status = fields.String(metadata={"description": "open, accepted, revoked or expired"})
    sent_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class StaffOut(Schema):
    """One of the firm's people."""

    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    locale = fields.String()
    timezone = fields.String()
    status = fields.String()
    role = fields.String()
    assigned_only = fields.Boolean()
    second_factor = fields.Boolean()
    at_provider = fields.Boolean(metadata={"description": "Has signed in by the firm's identity provider"})
    signed_in_at = fields.AwareDateTime(allow_none=True)
    invitation = fields.Nested(InvitationState, allow_none=True)
    changed_by = fields.Nested(ChangedBy, allow_none=True)
    changed_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()
    version = fields.Integer()


class StaffPage(Schema):
    items = fields.List(fields.Nested(StaffOut))
    next = fields.String(allow_none=True)
    total = fields.Integer()

"""What the settings' API takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from services.chassis.schemas import Schema, Text
from services.portal.fields import Email, Name, Phone, Website, locale, timezone
from services.portal.settings.contrast import TEXT, WHITE, contrast
from services.portal.settings.models import ACTION_BUTTONS, SESSION_LIMITS, SWITCHES

Switches = Schema.from_dict(
    {name: fields.Boolean(metadata={"default": default}) for name, default in SWITCHES.items()},
    name="Switches",
)
SessionLimits = Schema.from_dict(
    {
        name: fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=least, max=most))
        for name, (least, most) in SESSION_LIMITS.items()
    },
    name="SessionLimits",
)


class SettingsChange(Schema):
    """The settings to be different. `version` is that which the caller has seen."""

    firm_name = Name(min=1)
    portal_name = Name(min=1)
    legal_name = Name()
    address = Text(max=500, multiline=True)
    phone = Phone()
    email = Email()
    website = Website()
    banner = Text(max=300)
    announcement = Text(max=2000, multiline=True)
    accent = fields.String(validate=validate.Regexp(r"^#[0-9a-fA-F]{6}\Z", error="Write a colour like #1f5f8b."))
    locale = locale()
    timezone = timezone()
    currency = fields.String(validate=validate.Regexp(r"^[A-Z]{3}\Z", error="Write a currency like EUR."))
    office_hours = Text(max=500, multiline=True)
    switches = fields.Nested(Switches)
    session_limits = fields.Nested(SessionLimits)
    action_buttons = fields.List(fields.String(validate=validate.OneOf(ACTION_BUTTONS)))
    version = fields.Integer(required=True)

    @validates("accent")
    def _readable(self, value: str, **_: Any) -> None:
        if (ratio := contrast(value, WHITE)) < TEXT:
            raise ValidationError(
                f"White text on this colour is hard to read (contrast {ratio:.1f}, at least {TEXT} is needed). "
                "Choose a darker one."
            )

    @validates("action_buttons")
    def _distinct(self, value: list[str], **_: Any) -> None:
        if len(set(value)) != len(value):
            raise ValidationError("A button can stand there only once.")


class BrandOut(Schema):
    """What anyone may know of the firm."""

    firm_name = fields.String()
    portal_name = fields.String()
    legal_name = fields.String()
    address = fields.String()
    phone = fields.String()
    email = fields.String()
    website = fields.String()
    banner = fields.String()
    accent = fields.String()
    accent_on_dark = fields.String(metadata={"description": "The accent as it is read on a dark ground"})
    locale = fields.String()
    timezone = fields.String()
    currency = fields.String()
    office_hours = fields.String()


class SettingsOut(BrandOut):
    """All settings."""

    announcement = fields.String()
    switches = fields.Nested(Switches)
    session_limits = fields.Nested(SessionLimits)
    action_buttons = fields.List(fields.String())
    updated_at = fields.AwareDateTime()
    version = fields.Integer()

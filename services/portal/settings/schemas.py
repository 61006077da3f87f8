"""What the settings' API takes and gives."""

from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate, validates, validates_schema

from services.chassis.schemas import Schema, Text
from services.portal.fields import LOCALES, Email, Name, Phone, Website, locale, timezone
from services.portal.settings.contrast import TEXT, WHITE, contrast
from services.portal.settings.models import (
    ACTION_BUTTONS,
    BUTTON_ICONS,
    LINK,
    MOST_BUTTONS,
    PUBLIC_TEXTS,
    SESSION_LIMITS,
    SWITCHES,
)

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


def by_language(name: str, *, max: int, multiline: bool = False) -> type[marshmallow.Schema]:
    """Return the schema `name` of a text of at most `max` characters in each language; none has to be there."""
    texts = {code: Text(max=max, multiline=multiline) for code in LOCALES}
    return Schema.from_dict(dict(texts), name=name)


Banners = by_language("Banners", max=300)
PublicTexts = Schema.from_dict(
    {
        name: fields.Nested(by_language(f"{name.title().replace('_', '')}Text", max=most, multiline=True))
        for name, most in PUBLIC_TEXTS.items()
    },
    name="PublicTexts",
)
_is_secure = validate.URL(schemes={"https"}, error="Write an address that begins with https://")


class Button(Schema):
    """An action button: one of the portal's own, or a `link` of the firm's. Labels by language; else our word."""

    kind = fields.String(required=True, validate=validate.OneOf((*ACTION_BUTTONS, LINK)))
    labels = fields.Nested(by_language("ButtonLabels", max=60), load_default=dict)
    url = Text(max=500, load_default="")
    icon = fields.String(load_default="", validate=validate.OneOf(("", *BUTTON_ICONS)))

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] != LINK:
            if data["url"]:
                raise ValidationError("Only a link has an address.", "url")
            return
        _own_link(data)


def _own_link(data: dict[str, Any]) -> None:
    try:
        _is_secure(data["url"])
    except ValidationError as error:
        raise ValidationError(error.messages, "url") from None
    if not any(data["labels"].values()):
        raise ValidationError("Write what stands on the button.", "labels")


class SettingsChange(Schema):
    """The settings to be different. `version` is that which the caller has seen."""

    firm_name = Name(min=1)
    portal_name = Name(min=1)
    legal_name = Name()
    tax_number = Text(max=40)
    address = Text(max=500, multiline=True)
    phone = Phone()
    email = Email()
    website = Website()
    banner = Text(max=300)
    banners = fields.Nested(Banners)
    announcement = Text(
        max=2000, multiline=True, metadata={"description": "For older callers; /v1/announcements took its place"}
    )
    accent = fields.String(validate=validate.Regexp(r"^#[0-9a-fA-F]{6}\Z", error="Write a colour like #1f5f8b."))
    locale = locale()
    timezone = timezone()
    currency = fields.String(validate=validate.Regexp(r"^[A-Z]{3}\Z", error="Write a currency like EUR."))
    office_hours = Text(max=500, multiline=True)
    switches = fields.Nested(Switches)
    session_limits = fields.Nested(SessionLimits)
    action_buttons = fields.List(fields.String(validate=validate.OneOf(ACTION_BUTTONS)))
    buttons = fields.List(fields.Nested(Button), validate=validate.Length(max=MOST_BUTTONS))
    texts = fields.Nested(PublicTexts)
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

    @validates("buttons")
    def _each_once(self, value: list[dict[str, Any]], **_: Any) -> None:
        self._distinct([kind for button in value if (kind := button.get("kind")) not in (None, LINK)])


class BrandOut(Schema):
    """What anyone may know of the firm."""

    firm_name = fields.String()
    portal_name = fields.String()
    legal_name = fields.String()
    tax_number = fields.String()
    logo = fields.String(metadata={"description": "Names the logo at /v1/brand/logo; another one for another image"})
    address = fields.String()
    phone = fields.String()
    email = fields.String()
    website = fields.String()
    banner = fields.String()
    banners = fields.Nested(Banners, metadata={"description": "Where they differ from `banner`"})
    sign_in_text = fields.Dict(keys=fields.String(), values=fields.String())
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
    buttons = fields.List(fields.Nested(Button))
    texts = fields.Nested(PublicTexts)
    updated_at = fields.AwareDateTime()
    version = fields.Integer()

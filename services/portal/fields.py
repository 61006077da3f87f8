"""Fields of the portal's API: names, addresses, telephone numbers, places and languages."""

import re
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields, validate
from phonenumbers import PhoneNumberType

from services.chassis.schemas import Text

LOCALES = ("en", "es", "pt")
TIMEZONES = frozenset(available_timezones())
NEVER_MOBILE = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
}


def _no_encoded_word(value: str) -> None:
    # Python 3.11's mail headers decode an encoded word, which may carry a line break into them.
    if "=?" in value:
        raise ValidationError("This contains a character that cannot be used here.")


class Name(Text):
    """The name or title of something: one line that may stand in the header of a mail."""

    def __init__(self, *, max: int = 200, **kwargs: Any) -> None:
        super().__init__(max=max, validate=_no_encoded_word, **kwargs)


class Email(fields.String):
    """An e-mail address (RFC 5321), in lower case and with an ASCII domain; it is the user name at sign-in."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text and not self.required:
            return ""
        try:
            parts = validate_email(text, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise ValidationError("Write an e-mail address such as ana@example.com.") from None
        if "." not in parts.ascii_domain or not parts.ascii_email:
            raise ValidationError("Write an e-mail address such as ana@example.com.")
        return parts.ascii_email.lower()


class Mobile(fields.String):
    """A mobile telephone number with its country code, kept as E.164 (`+34612345678`)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text:
            return None
        if not text.startswith(("+", "00")):
            raise ValidationError("Begin with the country code, for example +34 612 345 678.")
        try:
            number = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, None)
        except phonenumbers.NumberParseException:
            raise ValidationError("This is not a telephone number. Write it like +34 612 345 678.") from None
        if not phonenumbers.is_valid_number(number):
            raise ValidationError("No telephone has this number. Check its country code and digits.")
        if phonenumbers.number_type(number) in NEVER_MOBILE:
            raise ValidationError("This is a landline, which gets no text messages. Give a mobile number.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Phone(Text):
    """A telephone number as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        shape = validate.Regexp(re.compile(r"^[0-9+()./ x-]*$"), error="Use digits, spaces and + ( ) - . /")
        super().__init__(max=40, validate=shape, **kwargs)


class Website(Text):
    """The address of a web page, http or https alone: it becomes a link."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=500, validate=_web_address, **kwargs)


_is_url = validate.URL(schemes={"http", "https"}, error="Write an address that begins with https://")


def _web_address(value: str) -> None:
    if value:
        _is_url(value)


def locale(**kwargs: Any) -> fields.String:
    """Return a field for a language that the portal speaks."""
    return fields.String(validate=validate.OneOf(LOCALES, error="Choose en, es or pt."), **kwargs)


def timezone(**kwargs: Any) -> fields.String:
    """Return a field for a name of the IANA time zone database."""
    known = validate.OneOf(TIMEZONES, error="Choose a time zone such as Europe/Lisbon.")
    return fields.String(validate=known, **kwargs)

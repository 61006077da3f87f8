"""E-mail addresses and names as identity takes them: one form each, and nothing that a mail header could misread."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError

from services.chassis.schemas import Text, clean_text
from services.chassis.secrets import hash_token

ENCODED_WORD = "=?"


def normal_email(text: str) -> str:
    """Return the one form of an address: RFC 5322 without quotes and comments, lower case, NFC.

    Raises `ValidationError` for anything else, for control characters and for what a mail library could take
    for an encoded word (RFC 2047): Python's own turns one into CR LF in a header.
    """
    try:
        address = validate_email(
            refuse_encoded_word(clean_text(text)), check_deliverability=False, test_environment=True
        )
    except EmailNotValidError:
        raise ValidationError("This is not an e-mail address.") from None
    return address.normalized.lower()


def email_hash(email: str) -> str:
    """Return what stands for a normal address where the address itself need not be kept."""
    return hash_token(email)


def refuse_encoded_word(text: str) -> str:
    """Return `text`; raise `ValidationError` where it has the start of an encoded word (RFC 2047)."""
    if ENCODED_WORD in text:
        raise ValidationError("This contains characters that cannot be used here: =?")
    return text


def clean_name(text: str) -> str:
    """Return a person's name, cleaned; raise `ValidationError` for what no name needs."""
    name = refuse_encoded_word(clean_text(text))
    if not 1 <= len(name) <= 200:
        raise ValidationError("Use 1 to 200 characters.")
    return name


class EmailAddress(Text):
    """A field that loads an address in its one form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=254, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return normal_email(super()._deserialize(value, attr, data, **kwargs))

"""The HTTP API's schemas of passwords."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from services.chassis.schemas import Schema
from services.identity.sessions.schemas import Client, ClientSchema
from services.identity.users.addresses import EmailAddress
from services.identity.users.models import CLIENT, STAFF


class Password(fields.String):
    """A field that takes a password as it is: nothing is stripped, nothing is ever dumped.

    What is too long for a new password is still taken here, so that a sign-in with it is wrong and not malformed.
    """

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(load_only=True, required=required, validate=validate.Length(min=1, max=1024), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("This contains a character that cannot be used here.") from None
        return text


def user_kind(**kwargs: Any) -> fields.String:
    """Return a field for the kind of user: a client, unless told."""
    return fields.String(validate=validate.OneOf([CLIENT, STAFF]), load_default=CLIENT, **kwargs)


class ForgotIn(Schema):
    email = EmailAddress(required=True)
    kind = user_kind()
    client = fields.Nested(ClientSchema, load_default=Client)


class TokenIn(Schema):
    token = fields.String(required=True, validate=validate.Length(max=200))


class ResetState(Schema):
    email = fields.String()
    name = fields.String()
    kind = fields.String()
    status = fields.String()
    min_length = fields.Integer()


class ResetIn(TokenIn):
    password = Password()


class ChangeIn(Schema):
    current = Password(required=False, load_default=None)
    new = Password()

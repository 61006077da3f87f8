"""The HTTP API's schemas of passkeys."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.chassis.schemas import Schema, Text
from services.identity.factors.schemas import PasskeyOut
from services.identity.passwords.schemas import user_kind
from services.identity.sessions.schemas import ClientSchema

LONGEST_CREDENTIAL = 16_000


def _short(value: Mapping[str, Any]) -> None:
    if not isinstance(value.get("response"), dict) or len(json.dumps(value)) > LONGEST_CREDENTIAL:
        raise ValidationError("This is not what a browser sends.")


def credential() -> fields.Dict:
    """Return a field for what `PublicKeyCredential.toJSON()` gave; what is in it is checked as a whole later."""
    return fields.Dict(keys=fields.String(), required=True, validate=_short)


def flow() -> fields.String:
    """Return a field for the token of a ceremony."""
    return fields.String(required=True, validate=validate.Length(max=200))


class OptionsIn(Schema):
    kind = user_kind()
    challenge = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class OptionsOut(Schema):
    flow = fields.String(required=True)
    options = fields.Dict(required=True)
    expires_in = fields.Integer(required=True)


class PasskeySignInIn(Schema):
    flow = flow()
    credential = credential()
    remember = fields.Boolean(load_default=False)
    client = fields.Nested(ClientSchema, required=True)


class RegisterIn(Schema):
    flow = flow()
    credential = credential()
    name = Text(required=True, min=1, max=80)


class RegisteredOut(Schema):
    passkey = fields.Nested(PasskeyOut)
    recovery_codes = fields.List(fields.String(), allow_none=True)


class NameIn(Schema):
    name = Text(required=True, min=1, max=80)


class UsedIn(Schema):
    flow = flow()
    credential = credential()

"""The HTTP API's schemas of invitations."""

from marshmallow import fields

from services.chassis.schemas import Schema
from services.identity.passwords.schemas import Password, TokenIn
from services.identity.sessions.schemas import ClientSchema


class InvitationOut(Schema):
    email = fields.String()
    name = fields.String()
    kind = fields.String()
    status = fields.String()
    locale = fields.String()


class AcceptIn(TokenIn):
    password = Password()
    client = fields.Nested(ClientSchema, required=True)

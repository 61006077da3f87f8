"""The HTTP API's schemas of sessions, and of the client that every sign-in comes from."""

import ipaddress
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, post_load

from services.chassis.schemas import Schema


@dataclass(frozen=True)
class Client:
    """Where a sign-in comes from, as the gateway saw it; `device` is the token of an earlier sign-in."""

    ip: str = ""
    user_agent: str = ""
    device: str = ""

    @property
    def network(self) -> str:
        """What is throttled as one: an IPv4 address, or the /64 that one subscriber has of IPv6."""
        if ":" not in self.ip:
            return self.ip
        return str(ipaddress.ip_network(f"{self.ip}/64", strict=False).network_address)


class IpAddress(fields.String):
    """A field that loads an IP address in its one form; an IPv4 one that travels as IPv6 becomes IPv4."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        try:
            address = ipaddress.ip_address(text.strip().partition("%")[0])
        except ValueError:
            raise ValidationError("This is not an IP address.") from None
        mapped = getattr(address, "ipv4_mapped", None)
        return str(mapped or address)


class UserAgent(fields.String):
    """A field that loads what a browser calls itself: printable, at most 300 characters, never refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        return "".join(character for character in text if character.isprintable())[:300]


class ClientSchema(Schema):
    ip = IpAddress(required=True)
    user_agent = UserAgent(load_default="")
    device = fields.String(load_default="", allow_none=True)

    @post_load
    def _client(self, values: dict[str, Any], **_: Any) -> Client:
        return Client(values["ip"], values["user_agent"], values["device"] or "")


class SignedInOut(Schema):
    session = fields.String(required=True)
    kind = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    device = fields.String()


class ExchangeIn(Schema):
    session = fields.String(required=True)
    account_id = fields.UUID(load_default=None, allow_none=True)


class EndIn(Schema):
    session = fields.String(required=True)


class AccountOut(Schema):
    account_id = fields.UUID()
    contact_id = fields.UUID()
    role = fields.String()
    name = fields.String(allow_none=True)


class ExchangedUserOut(Schema):
    id = fields.UUID()
    kind = fields.String()
    email = fields.String()
    name = fields.String()
    locale = fields.String()
    timezone = fields.String()
    role = fields.String(allow_none=True)
    permissions = fields.List(fields.String())
    assigned_only = fields.Boolean()
    accounts = fields.List(fields.Nested(AccountOut))
    account_id = fields.UUID(allow_none=True)
    contact_id = fields.UUID(allow_none=True)


class ActingOut(Schema):
    """The member of staff who views as this client."""

    id = fields.UUID()
    name = fields.String()


class ExchangeOut(Schema):
    passport = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    session_id = fields.UUID(required=True)
    authenticated_at = fields.AwareDateTime(required=True)
    methods = fields.List(fields.String(), required=True)
    must_enrol = fields.Boolean(required=True)
    acting = fields.Nested(ActingOut, allow_none=True)
    user = fields.Nested(ExchangedUserOut, required=True)

"""HTTP: the keys that everyone verifies with, and tokens for services."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow_anyone
from services.chassis.problems import invalid
from services.chassis.runtime import current_runtime
from services.identity.tokens import assertions
from services.identity.tokens.keys import ring_of
from services.identity.tokens.passports import issue_service_token
from services.identity.tokens.schemas import KeySetOut, ServiceTokenIn, ServiceTokenOut

blp = Blueprint("tokens", __name__, url_prefix="/v1", description="Keys and tokens")


@blp.get("/keys")
@blp.response(200, KeySetOut)
@allow_anyone("public keys are public")
def keys() -> Mapping[str, Any]:
    """Tell the public keys with which passports and service tokens are verified (RFC 7517)."""
    return ring_of(current_runtime()).public()


@blp.post("/service-tokens")
@blp.arguments(ServiceTokenIn)
@blp.response(200, ServiceTokenOut)
@allow_anyone("a service proves who it is by its assertion")
def service_token(values: dict[str, Any]) -> dict[str, Any]:
    """Give a service a token for another one, for an assertion that it signed (RFC 7523)."""
    runtime = current_runtime()
    if values["audience"] not in runtime.settings.peers:
        raise invalid({"audience": ["There is no such service."]})
    with unit_of_work() as session:
        name = assertions.accept_assertion(session, runtime.settings.public_keys or {}, values["client_assertion"])
    token, seconds = issue_service_token(ring_of(runtime), name, values["audience"])
    return {"token": token, "expires_in": seconds}

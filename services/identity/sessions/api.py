"""HTTP: what the gateway asks about sessions."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow
from services.chassis.runtime import current_runtime
from services.identity.sessions import actions
from services.identity.sessions.exchange import exchange
from services.identity.sessions.schemas import EndIn, ExchangeIn, ExchangeOut
from services.identity.settings import settings_of
from services.identity.tokens.keys import ring_of

blp = Blueprint("sessions", __name__, url_prefix="/v1/sessions", description="Sessions, for the gateway")


@blp.post("/exchange")
@blp.arguments(ExchangeIn)
@blp.response(200, ExchangeOut)
@allow(service={"gateway"})
def exchange_session(values: dict[str, Any]) -> dict[str, Any]:
    """Exchange a session's token for a passport of a minute."""
    runtime = current_runtime()
    return exchange(runtime.database, ring_of(runtime), settings_of(runtime), values["session"], values["account_id"])


@blp.post("/end")
@blp.arguments(EndIn)
@blp.response(204)
@allow(service={"gateway"})
def end_session(values: dict[str, Any]) -> None:
    """End a session; the same answer whether there was one."""
    with unit_of_work() as session:
        actions.end(session, values["session"])

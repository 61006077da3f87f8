"""HTTP: the ways in. Only the gateway calls them; it says where the browser is in `client`."""

from typing import Any, TypeVar

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import SignedInOut
from services.identity.settings import settings_of
from services.identity.sign_in import actions
from services.identity.sign_in.actions import Started
from services.identity.sign_in.password import sign_in_with_password
from services.identity.sign_in.schemas import CodeIn, PasswordIn, StartIn, StartOut
from services.identity.users.addresses import email_hash

Outcome = TypeVar("Outcome")

blp = Blueprint("sign_in", __name__, url_prefix="/v1/sign-in", description="Signing in, for the gateway")


@blp.post("/start")
@blp.arguments(StartIn)
@blp.response(200, StartOut)
@allow(service={"gateway"})
def start(values: dict[str, Any]) -> Started:
    """Begin a sign-in by code. The answer does not tell whether the address is known."""
    with unit_of_work() as session:
        outcome = actions.start(
            session,
            settings_of(current_runtime()),
            email_hash(values["email"]),
            values["prefer"],
            values["client"],
        )
    return _or_raise(outcome)


@blp.post("/code")
@blp.arguments(CodeIn)
@blp.response(200, SignedInOut)
@allow(service={"gateway"})
def give_code(values: dict[str, Any]) -> SignedIn:
    """Sign in with the code that was sent. Spaces in it do not count."""
    runtime = current_runtime()
    code = "".join(values["code"].split())
    with unit_of_work() as session:
        outcome = actions.sign_in_with_code(
            session, settings_of(runtime), runtime.sealer, values["flow"], code, values["client"]
        )
    return _or_raise(outcome)


@blp.post("/password")
@blp.arguments(PasswordIn)
@blp.response(200, SignedInOut)
@allow(service={"gateway"})
def give_password(values: dict[str, Any]) -> SignedIn:
    """Sign in with address and password."""
    runtime = current_runtime()
    return sign_in_with_password(
        runtime.database,
        settings_of(runtime),
        values["kind"],
        email_hash(values["email"]),
        values["password"],
        values["client"],
    )


def _or_raise(outcome: Outcome | Problem) -> Outcome:
    if isinstance(outcome, Problem):
        raise outcome
    return outcome

"""HTTP: the ways in. Only the gateway calls them; it says where the browser is in `client`."""

from typing import Any, TypeVar

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.identity.factors import challenges
from services.identity.factors.challenges import Challenged
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import SignedInOut
from services.identity.settings import settings_of
from services.identity.sign_in import actions
from services.identity.sign_in.actions import Started
from services.identity.sign_in.lane import in_lane
from services.identity.sign_in.password import sign_in_with_password
from services.identity.sign_in.schemas import (
    AdmittedOut,
    CodeIn,
    FactorIn,
    PasswordIn,
    StartIn,
    StartOut,
    WaysOut,
    WaysQuery,
)
from services.identity.sign_in.ways import refusal, ways
from services.identity.users.addresses import email_hash
from services.identity.users.models import CLIENT

Outcome = TypeVar("Outcome")

blp = Blueprint("sign_in", __name__, url_prefix="/v1/sign-in", description="Signing in, for the gateway")


@blp.get("/ways")
@blp.arguments(WaysQuery, location="query")
@blp.response(200, WaysOut)
@allow(service={"gateway"})
def list_ways(values: dict[str, Any]) -> dict[str, Any]:
    """Tell which ways in there are for that kind of person."""
    with reading() as session:
        return ways(session, settings_of(current_runtime()), values["kind"])


@blp.post("/start")
@blp.arguments(StartIn)
@blp.response(200, StartOut)
@allow(service={"gateway"})
@in_lane
def start(values: dict[str, Any]) -> Started:
    """Begin a sign-in by code. The answer does not tell whether the address is known."""
    with unit_of_work() as session:
        outcome = refusal(session, CLIENT, "code") or actions.start(
            session,
            settings_of(current_runtime()),
            email_hash(values["email"]),
            values["prefer"],
            values["client"],
        )
    return _or_raise(outcome)


@blp.post("/code")
@blp.arguments(CodeIn)
@blp.response(200, AdmittedOut)
@allow(service={"gateway"})
@in_lane
def give_code(values: dict[str, Any]) -> SignedIn | Challenged:
    """Sign in with the code that was sent. Spaces in it do not count."""
    runtime = current_runtime()
    code = "".join(values["code"].split())
    outcome: SignedIn | Challenged | Problem
    with unit_of_work() as session:
        outcome = refusal(session, CLIENT, "code") or actions.sign_in_with_code(
            session, settings_of(runtime), runtime.sealer, values["flow"], code, values["client"]
        )
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


@blp.post("/password")
@blp.arguments(PasswordIn)
@blp.response(200, AdmittedOut)
@allow(service={"gateway"})
@in_lane
def give_password(values: dict[str, Any]) -> SignedIn | Challenged:
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


@blp.post("/factor")
@blp.arguments(FactorIn)
@blp.response(200, SignedInOut)
@allow(service={"gateway"})
@in_lane
def give_factor(values: dict[str, Any]) -> SignedIn:
    """Give the second factor that a challenge asks for: a code of the authenticator app, or a recovery code."""
    runtime = current_runtime()
    with unit_of_work() as session:
        outcome = challenges.give(
            session,
            settings_of(runtime),
            runtime.sealer,
            values["challenge"],
            values["method"],
            values["code"],
            values["client"],
            remember=values["remember"],
        )
    return _or_raise(outcome)


def _or_raise(outcome: Outcome | Problem) -> Outcome:
    if isinstance(outcome, Problem):
        raise outcome
    return outcome

"""HTTP: sign-in by passkey, for the gateway, and a person's own passkeys."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.identity.factors.api import own_session, own_user
from services.identity.factors.schemas import PasskeyOut
from services.identity.passkeys import actions
from services.identity.passkeys.actions import Options
from services.identity.passkeys.models import Passkey
from services.identity.passkeys.party import RelyingParty, relying_party
from services.identity.passkeys.schemas import (
    NameIn,
    OptionsIn,
    OptionsOut,
    PasskeySignInIn,
    RegisteredOut,
    RegisterIn,
)
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import SignedInOut
from services.identity.settings import settings_of
from services.identity.sign_in.ways import refusal

sign_in = Blueprint("passkey_sign_in", __name__, url_prefix="/v1/sign-in/passkey", description="Sign-in by passkey")
own = Blueprint("passkeys", __name__, url_prefix="/v1/me/passkeys", description="One's own passkeys")


def party() -> RelyingParty:
    """Return the relying party of this installation."""
    return relying_party(current_runtime().settings.public_url)


@sign_in.post("/options")
@sign_in.arguments(OptionsIn)
@sign_in.response(200, OptionsOut)
@allow(service={"gateway"})
def begin_sign_in(values: dict[str, Any]) -> Options:
    """Begin a sign-in by passkey, or the second step of one that began otherwise."""
    with unit_of_work() as session:
        off = None if values["challenge"] else refusal(session, values["kind"], "passkey")
        outcome = off or actions.begin_sign_in(session, party(), values["kind"], values["challenge"])
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


@sign_in.post("")
@sign_in.arguments(PasskeySignInIn)
@sign_in.response(200, SignedInOut)
@allow(service={"gateway"})
def finish_sign_in(values: dict[str, Any]) -> SignedIn:
    """Sign in with the passkey that was used."""
    with unit_of_work() as session:
        outcome = actions.sign_in(
            session,
            settings_of(current_runtime()),
            party(),
            values["flow"],
            values["credential"],
            values["client"],
            remember=values["remember"],
        )
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


@own.post("/options")
@own.response(200, OptionsOut)
@allow(staff_any=True, client=True, proof=True)
def begin_registration() -> Options:
    """Begin the registration of a passkey."""
    with unit_of_work() as session:
        return actions.begin_registration(session, party(), own_user(session), own_session())


@own.post("")
@own.arguments(RegisterIn)
@own.response(201, RegisteredOut)
@allow(staff_any=True, client=True, proof=True)
def register(values: dict[str, Any]) -> dict[str, Any]:
    """Add the passkey that the browser has made."""
    with unit_of_work() as session:
        outcome = actions.register(
            session, current_runtime().sealer, party(), own_user(session), own_session(), **values
        )
    if isinstance(outcome, Problem):
        raise outcome
    return {"passkey": outcome[0], "recovery_codes": outcome[1]}


@own.patch("/<uuid:passkey_id>")
@own.arguments(NameIn)
@own.response(200, PasskeyOut)
@allow(staff_any=True, client=True, proof=True)
def rename(values: dict[str, Any], passkey_id: UUID) -> Passkey:
    """Give a passkey another name."""
    with unit_of_work() as session:
        return actions.rename(session, UUID(str(caller().id)), passkey_id, values["name"])


@own.delete("/<uuid:passkey_id>")
@own.response(204)
@allow(staff_any=True, client=True, proof=True)
def remove(passkey_id: UUID) -> None:
    """Remove a passkey."""
    with unit_of_work() as session:
        actions.remove(session, own_user(session), passkey_id)

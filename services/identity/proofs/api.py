"""HTTP: a person proves anew who they are, in the session that is open."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller, not_signed_in
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.identity.factors.api import own_session
from services.identity.passkeys import actions as passkeys
from services.identity.passkeys.api import party
from services.identity.passkeys.schemas import OptionsOut, UsedIn
from services.identity.proofs import actions, queries
from services.identity.proofs.schemas import ProofCodeIn, ProofCodeOut, ProofIn, ProofOut
from services.identity.sessions import actions as sessions
from services.identity.sessions.models import UserSession
from services.identity.users.models import User

blp = Blueprint("proofs", __name__, url_prefix="/v1/me/proof", description="Proving anew who one is")


def _own_id() -> UUID:
    return UUID(str(caller().id))


@blp.get("")
@blp.response(200, ProofOut)
@allow(staff_any=True, client=True)
def read_proof() -> dict[str, Any]:
    """Tell by what the caller can prove who they are, and when they last did."""
    with reading() as session:
        user, row = session.get(User, _own_id()), session.get(UserSession, own_session())
        if user is None or row is None:
            raise not_signed_in()
        return {
            "methods": queries.methods(session, user),
            "authenticated_at": row.authenticated_at,
            "mobile": bool(user.mobile and user.mobile_verified),
        }


@blp.post("")
@blp.arguments(ProofIn)
@blp.response(204)
@allow(staff_any=True, client=True)
def prove(values: dict[str, Any]) -> None:
    """Prove who one is by password or code."""
    runtime = current_runtime()
    if values["method"] == "password":
        actions.prove_by_password(runtime.database, _own_id(), own_session(), values["password"])
        return
    with unit_of_work() as session:
        refused = actions.prove_by_code(
            session, runtime.sealer, _own_id(), own_session(), values["method"], values["code"]
        )
    if refused:
        raise refused


@blp.post("/code")
@blp.arguments(ProofCodeIn)
@blp.response(202, ProofCodeOut)
@allow(staff_any=True, client=True)
def send_code(values: dict[str, Any]) -> actions.Sent:
    """Send a code that counts in this session alone."""
    with unit_of_work() as session:
        outcome = actions.send_code(session, current_runtime().sealer, _own_id(), own_session(), values["prefer"])
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


@blp.post("/passkey/options")
@blp.response(200, OptionsOut)
@allow(staff_any=True, client=True)
def begin_passkey() -> passkeys.Options:
    """Begin a proof by passkey."""
    with unit_of_work() as session:
        return passkeys.begin_proof(session, party(), _own_id(), own_session())


@blp.post("/passkey")
@blp.arguments(UsedIn)
@blp.response(204)
@allow(staff_any=True, client=True)
def prove_by_passkey(values: dict[str, Any]) -> None:
    """Prove who one is by the passkey that was used."""
    with unit_of_work() as session:
        proved = passkeys.is_proof(session, party(), _own_id(), own_session(), values["flow"], values["credential"])
        if proved:
            sessions.renew(session, own_session(), sessions.AMR["passkey"])
    if not proved:
        raise passkeys.not_registered()

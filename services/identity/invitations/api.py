"""HTTP: what the gateway's invitation page needs. Looking at an invitation never uses it up (threat 11)."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow
from services.chassis.problems import not_found
from services.chassis.runtime import current_runtime
from services.identity.invitations import actions, queries
from services.identity.invitations.schemas import AcceptIn, InvitationOut
from services.identity.passwords import hashing, policy
from services.identity.passwords.actions import link_over
from services.identity.passwords.schemas import TokenIn
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import SignedInOut
from services.identity.settings import settings_of
from services.identity.sign_in.lane import in_lane

blp = Blueprint("invitations", __name__, url_prefix="/v1/invitations", description="Invitations, for the gateway")


@blp.post("/inspect")
@blp.arguments(TokenIn)
@blp.response(200, InvitationOut)
@allow(service={"gateway"})
def inspect(values: dict[str, Any]) -> dict[str, Any]:
    """Tell whom a link invites and how it stands: open, accepted, revoked or expired."""
    with reading() as session:
        return _look_up(session, values["token"])


@blp.post("/accept")
@blp.arguments(AcceptIn)
@blp.response(200, SignedInOut)
@allow(service={"gateway"})
@in_lane
def accept(values: dict[str, Any]) -> SignedIn:
    """Use up a link: set the password and sign the person in."""
    with reading() as session:
        invited = _look_up(session, values["token"])
    if invited["status"] != "open":
        raise link_over()
    policy.check(values["password"], invited["email"], invited["name"])
    password_hash = hashing.hash_password(values["password"])
    with unit_of_work() as session:
        settings = settings_of(current_runtime())
        return actions.accept(session, settings, values["token"], password_hash, values["client"])


def _look_up(session: Session, token: str) -> dict[str, Any]:
    found = queries.find(session, token)
    if found is None:
        raise not_found("The invitation")
    invitation, user = found
    return {
        "email": user.email,
        "name": user.name,
        "kind": user.kind,
        "locale": user.locale,
        "status": queries.status(invitation),
    }

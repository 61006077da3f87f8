"""HTTP: a forgotten password, and one's own."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import not_found
from services.chassis.runtime import current_runtime
from services.identity.factors.queries import min_password_length
from services.identity.passwords import hashing, policy, queries
from services.identity.passwords.actions import link_over, reset_password
from services.identity.passwords.own import change_own_password
from services.identity.passwords.schemas import ChangeIn, ForgotIn, ResetIn, ResetState, TokenIn
from services.identity.settings import settings_of
from services.identity.sign_in.actions import forgot_password
from services.identity.sign_in.lane import in_lane
from services.identity.users.addresses import email_hash

blp = Blueprint("passwords", __name__, url_prefix="/v1/passwords", description="Forgotten passwords, for the gateway")
own = Blueprint("password", __name__, url_prefix="/v1/password", description="One's own password")


@blp.post("/forgot")
@blp.arguments(ForgotIn)
@blp.response(204)
@allow(service={"gateway"})
@in_lane
def forgot(values: dict[str, Any]) -> None:
    """Have a link sent to choose a new password. The answer does not tell whether the address is known."""
    with unit_of_work() as session:
        refused = forgot_password(
            session,
            settings_of(current_runtime()),
            values["kind"],
            email_hash(values["email"]),
            values["client"],
        )
    if refused:
        raise refused


@blp.post("/inspect")
@blp.arguments(TokenIn)
@blp.response(200, ResetState)
@allow(service={"gateway"})
def inspect(values: dict[str, Any]) -> dict[str, Any]:
    """Tell whose password a link replaces and how it stands: open, used or expired."""
    return _look_up(values["token"])


@blp.post("/reset")
@blp.arguments(ResetIn)
@blp.response(204)
@allow(service={"gateway"})
@in_lane
def reset(values: dict[str, Any]) -> None:
    """Use up a link: set the password and end every session of the person."""
    found = _look_up(values["token"])
    if found["status"] != "open":
        raise link_over()
    policy.check(values["password"], found["email"], found["name"], min_length=found["min_length"])
    password_hash, is_short = hashing.hash_password(values["password"]), policy.is_short(values["password"])
    with unit_of_work() as session:
        reset_password(session, values["token"], password_hash, is_short=is_short)


@own.post("")
@own.arguments(ChangeIn)
@own.response(204)
@allow(staff_any=True, client=True, proof=True)
@in_lane
def change(values: dict[str, Any]) -> None:
    """Change one's own password; every other session of the person ends."""
    person = caller()
    change_own_password(
        current_runtime().database,
        UUID(str(person.id)),
        UUID(str(person.session_id)),
        values["current"],
        values["new"],
    )


def _look_up(token: str) -> dict[str, Any]:
    with reading() as session:
        found = queries.find_reset(session, token)
        if found is None:
            raise not_found("The link")
        reset, user = found
        return {
            "email": user.email,
            "name": user.name,
            "kind": user.kind,
            "status": queries.status(reset),
            "min_length": min_password_length(session, user.id),
        }

"""HTTP: a client confirms their own mobile number, having just proved who they are."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from services.chassis.app import unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.identity.mobiles import actions
from services.identity.mobiles.schemas import CodeSentOut, MobileCodeIn
from services.identity.users import actions as users
from services.identity.users.models import User

blp = Blueprint("mobiles", __name__, url_prefix="/v1/me/mobile", description="One's own mobile number")


def _own(session: Session) -> User:
    return users.get_locked(session, UUID(str(caller().id)))


@blp.post("/code")
@blp.response(202, CodeSentOut)
@allow(client=True, proof=True)
def send_code() -> actions.CodeSent:
    """Send a code to the number on file; 409 `no_own_mobile` without one, `mobile_confirmed` where there is no need."""
    with unit_of_work() as session:
        outcome = actions.send_code(session, current_runtime().sealer, _own(session))
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


@blp.post("/confirm")
@blp.arguments(MobileCodeIn)
@blp.response(204)
@allow(client=True, proof=True)
def confirm(values: dict[str, Any]) -> None:
    """Confirm the number with the code that was sent to it; codes of signing in go there from then on."""
    with unit_of_work() as session:
        refused = actions.confirm(session, current_runtime().sealer, _own(session), "".join(values["code"].split()))
    if refused:
        raise refused

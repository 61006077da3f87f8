"""HTTP: second factors that a client lost, asked about by the person and taken away by staff."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.identity.factors import lost
from services.identity.factors.schemas import LostIn
from services.identity.settings import settings_of
from services.identity.users import queries
from services.identity.users.schemas import UserOut

asking = Blueprint("lost_factors", __name__, url_prefix="/v1/sign-in/factor", description="Lost second factors")
resetting = Blueprint("reset_factors", __name__, url_prefix="/v1/users", description="Lost second factors, for staff")


@asking.post("/lost")
@asking.arguments(LostIn)
@asking.response(202)
@allow(service={"gateway"})
def ask_firm(values: dict[str, Any]) -> dict[str, Any]:
    """Have the firm told that the person can use none of the factors that a challenge asks for."""
    with unit_of_work() as session:
        settings = settings_of(current_runtime())
        refused = lost.ask_firm(session, settings, values["challenge"], values["client"])
    if refused:
        raise refused
    return {}


@resetting.post("/<uuid:user_id>/reset-second-factor")
@resetting.response(200, UserOut)
@allow(staff="clients.write", proof=True)
def reset_second_factor(user_id: UUID) -> dict[str, Any]:
    """Take away the second factors of a client who lost them; open sessions end."""
    with unit_of_work() as session:
        return queries.public_state(session, lost.reset_of_client(session, caller(), user_id))

"""HTTP: what staff does about a sign-in code that did not arrive (B10)."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.identity.settings import settings_of
from services.identity.sign_in import by_staff
from services.identity.sign_in.by_staff import Redirected
from services.identity.sign_in.schemas import RedirectedOut, RedirectIn

blp = Blueprint("user_codes", __name__, url_prefix="/v1/users", description="Users' sign-in codes, for staff")


@blp.post("/<uuid:user_id>/code")
@blp.arguments(RedirectIn)
@blp.response(202, RedirectedOut)
@allow(staff="clients.write")
def redirect_code(values: dict[str, Any], user_id: UUID) -> Redirected:
    """Send the code that a client waits for by another channel, and later ones where this one fails. Tells no code."""
    runtime = current_runtime()
    with unit_of_work() as session:
        settings = settings_of(runtime)
        return by_staff.redirect_code(session, settings, runtime.sealer, caller(), user_id, values["channel"])

"""HTTP: staff looks at the portal as a client sees it (B9)."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import unit_of_work
from services.chassis.auth import allow, caller
from services.identity.sessions import view
from services.identity.sessions.overview_schemas import ViewIn, ViewOut

blp = Blueprint("viewing", __name__, url_prefix="/v1/users", description="View the portal as a client, for staff")


@blp.post("/<uuid:user_id>/view")
@blp.arguments(ViewIn)
@blp.response(200, ViewOut)
@allow(staff="clients.view_as", proof=True)
def begin(values: dict[str, Any], user_id: UUID) -> view.Viewing:
    """Open a session of 30 minutes that sees what the person sees in that account, and can change nothing."""
    with unit_of_work() as session:
        return view.begin(session, caller(), user_id, values["account_id"])

"""HTTP API of the activity history."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, caller
from services.chassis.schemas import PageQuery
from services.portal.activity import queries
from services.portal.activity.schemas import ActivityPage

blueprint = Blueprint("activity", __name__, url_prefix="/v1/accounts", description="Activity history of a client")


@blueprint.get("/<uuid:account_id>/activity")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, ActivityPage)
@allow(staff="clients.read")
def list_activity(query: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """List what happened with a client, the latest first."""
    with reading() as session:
        return queries.activity(session, caller(), account_id, **query)

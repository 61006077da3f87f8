"""HTTP API of the work list."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.work import actions, queries
from services.portal.work.schemas import Seen, WorkAct, WorkDone, WorkOut, WorkQuery

blueprint = Blueprint("work", __name__, url_prefix="/v1/work", description="What waits for the firm")


@blueprint.get("")
@blueprint.arguments(WorkQuery, location="query")
@blueprint.response(200, WorkOut)
@allow(staff="requests.read")
def list_work(query: dict[str, Any]) -> dict[str, Any]:
    """List what waits for the firm, what is due first at the top."""
    with reading() as session:
        return queries.work(session, caller(), **query)


@blueprint.post("/seen")
@blueprint.arguments(Seen)
@blueprint.response(204)
@allow(staff="requests.write")
def mark_seen(values: dict[str, Any]) -> None:
    """Take something that was looked at from the list."""
    with unit_of_work() as session:
        actions.mark_seen(session, caller(), **values)


@blueprint.post("/acts")
@blueprint.arguments(WorkAct)
@blueprint.response(200, WorkDone)
@allow(staff="requests.write")
def act(values: dict[str, Any]) -> dict[str, int]:
    """Deal with things on the list, give them to somebody, or put them off for the caller; all of them or none."""
    with unit_of_work() as session:
        return {"changed": actions.act(session, caller(), **values)}

"""HTTP API of requests to many clients."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.request_batches import actions, queries
from services.portal.request_batches.schemas import (
    BatchOut,
    BatchPage,
    BatchQuery,
    NewBatch,
    Recipients,
    RecipientsOut,
    RowsPage,
    RowsQuery,
)
from services.portal.requests.schemas import Repeatable

blueprint = Blueprint("request_batches", __name__, url_prefix="/v1", description="One request to many clients")


@blueprint.post("/request-recipients")
@blueprint.arguments(Recipients)
@blueprint.response(200, RecipientsOut)
@allow(staff="requests.write")
def count_recipients(to: dict[str, Any]) -> dict[str, Any]:
    """Say how many clients a request would go to; nothing is sent."""
    with reading() as session:
        return queries.recipients(session, caller(), to)


@blueprint.get("/request-batches")
@blueprint.arguments(BatchQuery, location="query")
@blueprint.response(200, BatchPage)
@allow(staff="requests.read")
def list_batches(query: dict[str, Any]) -> dict[str, Any]:
    """List what was sent to many clients, the newest first."""
    with reading() as session:
        return queries.batches(session, **query)


@blueprint.post("/request-batches")
@blueprint.arguments(Repeatable, location="headers")
@blueprint.arguments(NewBatch)
@blueprint.response(202, BatchOut)
@allow(staff="requests.write")
def send(header: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Send a request to many clients. With an Idempotency-Key, the same call again sends nothing more."""
    with unit_of_work() as session:
        return queries.shown(actions.send(session, caller(), **header, **values))


@blueprint.get("/request-batches/<uuid:batch_id>")
@blueprint.response(200, BatchOut)
@allow(staff="requests.read")
def get_batch(batch_id: UUID) -> dict[str, Any]:
    """Show how far it is."""
    with reading() as session:
        return queries.batch(session, batch_id)


@blueprint.get("/request-batches/<uuid:batch_id>/rows")
@blueprint.arguments(RowsQuery, location="query")
@blueprint.response(200, RowsPage)
@allow(staff="requests.read")
def list_rows(query: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """List its clients: who got the request, and who was left out and why."""
    with reading() as session:
        return queries.rows(session, caller(), batch_id, **query)

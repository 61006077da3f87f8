"""HTTP API of client requests."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import SIGNS, WORKS
from services.portal.access_log.actions import note_view
from services.portal.requests import actions, lists, queries
from services.portal.requests.schemas import (
    NewReply,
    NewRequest,
    Reopening,
    RequestOut,
    RequestPage,
    RequestQuery,
)

blueprint = Blueprint("requests", __name__, url_prefix="/v1/requests", description="Requests to clients")


@blueprint.get("")
@blueprint.arguments(RequestQuery, location="query")
@blueprint.response(200, RequestPage)
@allow(staff="requests.read", client=SIGNS)
def list_requests(query: dict[str, Any]) -> dict[str, Any]:
    """List requests; a client's "Incoming requests" have its sign requests too."""
    with reading() as session:
        return lists.requests(session, caller(), **query)


@blueprint.post("")
@blueprint.arguments(NewRequest)
@blueprint.response(201, RequestOut)
@allow(staff="requests.write")
def create_request(values: dict[str, Any]) -> dict[str, Any]:
    """Ask something of a client."""
    with unit_of_work() as session:
        request = actions.create_request(session, caller(), **values)
        return queries.request(session, caller(), request.id)


@blueprint.get("/<uuid:request_id>")
@blueprint.response(200, RequestOut)
@allow(staff="requests.read", client=WORKS)
def get_request(request_id: UUID) -> dict[str, Any]:
    """Show a request with its comments and documents."""
    with reading() as session:
        found = queries.request(session, caller(), request_id)
        of = {"account_id": found["account_id"], "subject": ("request", request_id), "title": found["title"]}
        note_view(session, caller(), "request.viewed", **of)
        return found


@blueprint.post("/<uuid:request_id>/replies")
@blueprint.arguments(NewReply)
@blueprint.response(201, RequestOut)
@allow(staff="requests.write", client=WORKS)
def reply(values: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Answer a request, with documents or without; staff may add an internal note."""
    with unit_of_work() as session:
        actions.reply(session, caller(), request_id, **values)
        return queries.request(session, caller(), request_id)


@blueprint.post("/<uuid:request_id>/close")
@blueprint.response(200, RequestOut)
@allow(staff="requests.write")
def close_request(request_id: UUID) -> dict[str, Any]:
    """Close a request."""
    with unit_of_work() as session:
        actions.close_request(session, caller(), request_id)
        return queries.request(session, caller(), request_id)


@blueprint.post("/<uuid:request_id>/reopen")
@blueprint.arguments(Reopening)
@blueprint.response(200, RequestOut)
@allow(staff="requests.write")
def reopen_request(values: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Open a closed request again."""
    with unit_of_work() as session:
        actions.reopen_request(session, caller(), request_id, **values)
        return queries.request(session, caller(), request_id)


@blueprint.post("/<uuid:request_id>/read")
@blueprint.response(204)
@allow(staff="requests.read", client=WORKS)
def mark_read(request_id: UUID) -> None:
    """Remember that the caller has read this request."""
    with unit_of_work() as session:
        actions.mark_read(session, caller(), request_id)

"""HTTP API of client requests."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import SIGNS, WORKS
from services.portal.access_log.actions import note_view
from services.portal.requests import actions, lists, parts, queries
from services.portal.requests.schemas import (
    ItemAnswerIn,
    NewReply,
    NewRequest,
    Rejection,
    Reopening,
    Repeatable,
    RequestChange,
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
@blueprint.arguments(Repeatable, location="headers")
@blueprint.arguments(NewRequest)
@blueprint.response(201, RequestOut)
@allow(staff="requests.write")
def create_request(header: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Ask something of a client. With an Idempotency-Key, the same call again asks nothing more."""
    with unit_of_work() as session:
        request = actions.create_request(session, caller(), **header, **values)
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
@blueprint.arguments(Repeatable, location="headers")
@blueprint.arguments(NewReply)
@blueprint.response(201, RequestOut)
@allow(staff="requests.write", client=WORKS)
def reply(header: dict[str, Any], values: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Answer a request, with documents or without; staff may add an internal note.

    With an Idempotency-Key, the same call again says nothing more.
    """
    with unit_of_work() as session:
        actions.reply(session, caller(), request_id, **header, **values)
        return queries.request(session, caller(), request_id)


@blueprint.patch("/<uuid:request_id>")
@blueprint.arguments(RequestChange)
@blueprint.response(200, RequestOut)
@allow(staff="requests.write")
def change_request(values: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Set until when it is due, and whether the client is reminded."""
    with unit_of_work() as session:
        actions.change_request(session, caller(), request_id, **values)
        return queries.request(session, caller(), request_id)


@blueprint.post("/<uuid:request_id>/items/<uuid:item_id>/answers")
@blueprint.arguments(Repeatable, location="headers")
@blueprint.arguments(ItemAnswerIn)
@blueprint.response(201, RequestOut)
@allow(client=WORKS)
def answer_item(header: dict[str, Any], values: dict[str, Any], request_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Answer one item of the checklist. With an Idempotency-Key, the same call again changes nothing."""
    with unit_of_work() as session:
        parts.answer_item(session, caller(), request_id, item_id, **header, **values)
        return queries.request(session, caller(), request_id)


@blueprint.post("/<uuid:request_id>/items/<uuid:item_id>/accept")
@blueprint.response(200, RequestOut)
@allow(staff="requests.write")
def accept_item(request_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Accept what was sent for an item; with the last one the request closes."""
    with unit_of_work() as session:
        parts.accept_item(session, caller(), request_id, item_id)
        return queries.request(session, caller(), request_id)


@blueprint.post("/<uuid:request_id>/items/<uuid:item_id>/reject")
@blueprint.arguments(Rejection)
@blueprint.response(200, RequestOut)
@allow(staff="requests.write")
def reject_item(values: dict[str, Any], request_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Send an item back with the reason; it is open again."""
    with unit_of_work() as session:
        parts.reject_item(session, caller(), request_id, item_id, **values)
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

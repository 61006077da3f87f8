"""HTTP of messages, for the operations pages."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow
from services.notifications.messages import actions, queries
from services.notifications.messages.schemas import MessageDetail, MessagePage, MessagesQuery

blp = Blueprint("messages", __name__, url_prefix="/v1/messages", description="What was sent, and what became of it")


@blp.get("")
@blp.arguments(MessagesQuery, location="query")
@blp.response(200, MessagePage)
@allow(staff="operations.read")
def list_messages(query: dict[str, Any]) -> Response:
    """List messages, the latest first."""
    with reading() as session:
        return jsonify(queries.messages(session, **query))


@blp.get("/<uuid:message_id>")
@blp.response(200, MessageDetail)
@allow(staff="operations.read")
def get_message(message_id: UUID) -> dict[str, Any]:
    """Show a message and each attempt to send it."""
    with reading() as session:
        return queries.message(session, message_id)


@blp.post("/<uuid:message_id>/resend")
@blp.response(200, MessageDetail)
@allow(staff="operations.write")
def resend(message_id: UUID) -> dict[str, Any]:
    """Send a failed message again."""
    with unit_of_work() as session:
        actions.resend(session, message_id)
        session.flush()
        return queries.message(session, message_id)

"""HTTP API of conversations."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import WORKS
from services.portal.conversations import actions, lists, queries, staff
from services.portal.conversations.schemas import (
    Assignment,
    ConversationOut,
    ConversationPage,
    ConversationsQuery,
    Keyed,
    NewConversation,
    NewMessage,
    StaffOut,
    StampOut,
    ThreadQuery,
    UnreadOut,
)

blueprint = Blueprint(
    "conversations", __name__, url_prefix="/v1/conversations", description="Threads between a client and the firm"
)


@blueprint.get("")
@blueprint.arguments(ConversationsQuery, location="query")
@blueprint.response(200, ConversationPage)
@allow(staff="requests.read", client=WORKS)
def list_conversations(query: dict[str, Any]) -> dict[str, Any]:
    """List conversations, the latest message first."""
    with reading() as session:
        return lists.conversations(session, caller(), **query)


@blueprint.post("")
@blueprint.arguments(NewConversation)
@blueprint.arguments(Keyed, location="headers")
@blueprint.response(201, ConversationOut)
@allow(staff="requests.write", client=WORKS)
def start(values: dict[str, Any], keyed: dict[str, Any]) -> dict[str, Any]:
    """Begin a conversation; 403 `conversations_switched_off` for clients where the firm does not want it."""
    with unit_of_work() as session:
        id = actions.start(session, caller(), **values, **keyed)
        session.flush()
        return queries.conversation(session, caller(), id)


@blueprint.get("/unread")
@blueprint.response(200, UnreadOut)
@allow(client=WORKS)
def count_unread() -> dict[str, int]:
    """Say how many conversations the caller has not read."""
    with reading() as session:
        return {"unread": queries.count_unread(session, caller())}


@blueprint.get("/staff")
@blueprint.response(200, StaffOut)
@allow(staff="requests.read")
def list_staff() -> dict[str, Any]:
    """List who can be mentioned and assigned."""
    with reading() as session:
        return {"items": staff.everybody(session)}


@blueprint.get("/<uuid:conversation_id>")
@blueprint.arguments(ThreadQuery, location="query")
@blueprint.response(200, ConversationOut)
@allow(staff="requests.read", client=WORKS)
def get_conversation(query: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    """Show a conversation with its latest messages, or those before one."""
    with reading() as session:
        return queries.conversation(session, caller(), conversation_id, **query)


@blueprint.get("/<uuid:conversation_id>/stamp")
@blueprint.response(200, StampOut)
@allow(staff="requests.read", client=WORKS)
def get_stamp(conversation_id: UUID) -> dict[str, str]:
    """Show what is another one once there is something new; cheap to ask for again and again."""
    with reading() as session:
        return {"stamp": queries.stamp(session, caller(), conversation_id)}


@blueprint.post("/<uuid:conversation_id>/messages")
@blueprint.arguments(NewMessage)
@blueprint.arguments(Keyed, location="headers")
@blueprint.response(201, ConversationOut)
@allow(staff="requests.write", client=WORKS)
def post_message(values: dict[str, Any], keyed: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    """Write in a conversation; staff may leave an internal note, and mention staff."""
    with unit_of_work() as session:
        actions.post(session, caller(), conversation_id, **values, **keyed)
        session.flush()
        return queries.conversation(session, caller(), conversation_id)


@blueprint.post("/<uuid:conversation_id>/close")
@blueprint.response(200, ConversationOut)
@allow(staff="requests.write")
def close(conversation_id: UUID) -> dict[str, Any]:
    """Close a conversation; either side opens it again by writing."""
    with unit_of_work() as session:
        actions.close(session, caller(), conversation_id)
        return queries.conversation(session, caller(), conversation_id)


@blueprint.post("/<uuid:conversation_id>/reopen")
@blueprint.response(200, ConversationOut)
@allow(staff="requests.write", client=WORKS)
def reopen(conversation_id: UUID) -> dict[str, Any]:
    """Open a closed conversation again."""
    with unit_of_work() as session:
        actions.reopen(session, caller(), conversation_id)
        return queries.conversation(session, caller(), conversation_id)


@blueprint.put("/<uuid:conversation_id>/assignee")
@blueprint.arguments(Assignment)
@blueprint.response(200, ConversationOut)
@allow(staff="requests.write")
def assign(values: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    """Say who of the staff looks after a conversation."""
    with unit_of_work() as session:
        actions.assign(session, caller(), conversation_id, **values)
        return queries.conversation(session, caller(), conversation_id)


@blueprint.post("/<uuid:conversation_id>/read")
@blueprint.response(204)
@allow(staff="requests.read", client=WORKS)
def mark_read(conversation_id: UUID) -> None:
    """Remember that the caller has read this conversation; the other side sees it as a receipt."""
    with unit_of_work() as session:
        actions.mark_read(session, caller(), conversation_id)

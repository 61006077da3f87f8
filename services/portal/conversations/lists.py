"""The list of conversations, the latest message first; quick at 100,000 of them with a million messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, exists, select, type_coerce
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.text_search import holds
from services.portal.conversations.models import Conversation, ConversationMessage
from services.portal.conversations.queries import described, is_unread, may_start, messages_for, visible
from services.portal.directory.names import fold
from services.portal.directory.queries import names
from services.portal.paging import Order, page


def conversations(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID | None,
    state: str,
    assigned: str | None,
    unread: bool,
    waiting: bool,
    q: str,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """Return a page of conversations: to staff those of all clients, to a client its own.

    Who is assigned is the firm's affair: a client cannot ask for it.
    """
    statement = visible(caller, select(*Conversation.__table__.columns))
    statement = statement.add_columns(type_coerce(is_unread(caller), Boolean).label("unread"))
    if account_id:
        statement = statement.where(Conversation.account_id == account_id)
    if state != "all":
        statement = statement.where(Conversation.status == state)
    if caller.is_staff and assigned:
        statement = statement.where(Conversation.assignee_id == (caller.id if assigned == "me" else None))
    if unread:
        statement = statement.where(is_unread(caller))
    if waiting:
        statement = statement.where(_waits_for(caller))
    if words := fold(q).split():
        statement = statement.where(_says(caller, words))
    order = Order(Conversation.last_at, Conversation.id, datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="last_at")
    accounts = names(session, (row.account_id for row in rows))
    return {
        "items": [
            described(caller, dict(row._mapping)) | {"account_name": accounts.get(row.account_id, "")} for row in rows
        ],
        "next": following,
        "may_start": may_start(session, caller),
    }


def _waits_for(caller: Caller) -> Any:
    if caller.is_staff:
        return Conversation.awaits_firm
    return (Conversation.status == "open") & (Conversation.firm_number > Conversation.client_number)


def _says(caller: Caller, words: list[str]) -> Any:
    """Return the condition that one message, which the caller may see, says all words; the first says the title too."""
    if caller.is_staff:
        saying = select(ConversationMessage.conversation_id)
        return Conversation.id.in_(saying.where(*(holds(ConversationMessage.search_text, word) for word in words)))
    message = exists().where(ConversationMessage.conversation_id == Conversation.id)
    return messages_for(caller, message).where(
        *(ConversationMessage.search_text.contains(w, autoescape=True) for w in words)
    )

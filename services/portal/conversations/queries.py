"""Reads of one conversation: its thread, who has read it, and how many are unread."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.conversations.models import (
    SWITCH,
    Conversation,
    ConversationDocument,
    ConversationMention,
    ConversationMessage,
    ConversationRead,
)
from services.portal.copies.models import Document
from services.portal.directory.assigned import is_visible
from services.portal.directory.queries import names
from services.portal.models import columns
from services.portal.paging import Rows
from services.portal.settings.queries import firm_settings, switches


def get(session: Session, caller: Caller, conversation_id: UUID, *, lock: bool = False) -> Conversation:
    """Return a conversation that is the caller's to see; raise 404."""
    statement = visible(caller, select(Conversation).where(Conversation.id == conversation_id))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: Conversation | None = session.scalar(statement)
    if found is None:
        raise problems.not_found("This conversation")
    return found


def visible(caller: Caller, statement: Any) -> Any:
    """Return a query for conversations, limited to those that `caller` may see."""
    if caller.is_staff:
        return statement.where(is_visible(caller, Conversation.account_id))
    return statement.where(Conversation.account_id == caller.account_id)


def messages_for(caller: Caller, statement: Any) -> Any:
    """Return a query for messages, limited to those that `caller` may see: a client sees no internal note."""
    return statement if caller.is_staff else statement.where(~ConversationMessage.internal)


def theirs(caller: Caller) -> Any:
    """Return the number of the latest message that the other side wrote."""
    return Conversation.client_number if caller.is_staff else Conversation.firm_number


def is_unread(caller: Caller) -> Any:
    """Return the condition that the other side wrote after what the caller has read."""
    read = select(ConversationRead.number).where(
        ConversationRead.conversation_id == Conversation.id, ConversationRead.user_id == caller.id
    )
    return theirs(caller) > func.coalesce(read.scalar_subquery(), 0)


def called(caller: Caller, conversation_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the mention by which a colleague calls the caller, who has not looked since."""
    return (
        ConversationMention.conversation_id == conversation_id,
        ConversationMention.user_id == caller.id,
        ConversationMention.done_at.is_(None),
    )


def unread_count(caller: Caller) -> Select[int]:
    """Return the one query for how many conversations a client has not read; for the figure in the frame."""
    return select(func.count()).where(Conversation.account_id == caller.account_id, is_unread(caller))


def count_unread(session: Session, caller: Caller) -> int:
    """Return how many conversations of the account that a client looks at they have not read."""
    return session.scalar(unread_count(caller)) or 0


def conversation(
    session: Session, caller: Caller, conversation_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> dict[str, Any]:
    """Return a conversation with its latest messages, or those before one; raise 404 for what is not the caller's."""
    row = get(session, caller, conversation_id)
    messages, earlier = _messages(session, caller, row, before, limit)
    cited = _cited(session, caller, row, [message.id for message in messages])
    return described(caller, columns(row)) | {
        "account_name": names(session, [row.account_id]).get(row.account_id, ""),
        "unread": bool(session.scalar(select(_is_new(caller)).where(Conversation.id == row.id))),
        "messages": [_message(caller, message) | cited[message.id] for message in messages],
        "before": messages[0].id if earlier else None,
        "read_by": [{"name": reader.name, "at": reader.read_at} for reader in _readers(session, caller, row)],
        "unsent_documents": _unsent(session, caller, row),
        "allowed": _allowed(session, caller, row),
        "stamp": stamp(session, caller, conversation_id),
    }


def described(caller: Caller, row: dict[str, Any]) -> dict[str, Any]:
    """Return a conversation's columns as `caller` is told them: who looks after it, the firm alone knows."""
    told = {name: value for name, value in row.items() if name not in ("assignee_id", "assignee_name")}
    told["waiting"] = row["awaits_firm"] if caller.is_staff else _awaits_client(row)
    if caller.is_staff:
        told["assignee"] = row["assignee_id"] and {"id": row["assignee_id"], "name": row["assignee_name"]}
    return told


def stamp(session: Session, caller: Caller, conversation_id: UUID) -> str:
    """Return what changes when the caller would see something new in the thread; raise 404. One statement.

    Of what a client must not see nothing is in a client's stamp: it stays while the firm writes notes.
    """
    newest = select(func.max(ConversationRead.read_at)).where(
        ConversationRead.conversation_id == Conversation.id, ConversationRead.kind != caller.kind
    )
    parts = [Conversation.status, Conversation.firm_number, Conversation.client_number, newest.scalar_subquery()]
    if caller.is_staff:
        parts += [Conversation.last_number, Conversation.assignee_id]
    found = session.execute(visible(caller, select(*parts).where(Conversation.id == conversation_id))).first()
    if found is None:
        raise problems.not_found("This conversation")
    return hashlib.sha256("|".join(map(str, found)).encode()).hexdigest()[:32]


def may_start(session: Session, caller: Caller) -> bool:
    """Return whether the caller may begin conversations (S57)."""
    return bool(caller.is_staff or switches(firm_settings(session))[SWITCH])


def _is_new(caller: Caller) -> Any:
    """Return the condition that there is something to read: to staff also a note in which a colleague calls them."""
    if not caller.is_staff:
        return is_unread(caller)
    return or_(is_unread(caller), exists().where(*called(caller, Conversation.id)))


def _awaits_client(row: dict[str, Any]) -> bool:
    return bool(row["status"] == "open" and row["firm_number"] > row["client_number"])


def _messages(
    session: Session, caller: Caller, row: Conversation, before: UUID | None, limit: int
) -> tuple[list[ConversationMessage], bool]:
    """Return messages, the oldest first, and whether there are earlier ones."""
    statement: Any = select(ConversationMessage).where(ConversationMessage.conversation_id == row.id)
    statement = messages_for(caller, statement)
    if before:
        # By its id and not its number: from gaps in the numbers a client could tell that there are notes.
        place = messages_for(caller, select(ConversationMessage.number).where(ConversationMessage.id == before))
        number = session.scalar(place.where(ConversationMessage.conversation_id == row.id))
        if number is None:
            raise problems.invalid({"before": ["There is no such message here."]})
        statement = statement.where(ConversationMessage.number < number)
    found = list(session.scalars(statement.order_by(ConversationMessage.number.desc()).limit(limit + 1)))
    return found[:limit][::-1], len(found) > limit


def _message(caller: Caller, message: ConversationMessage) -> dict[str, Any]:
    told = {"id": message.id, "by": message.by, "text": message.text, "internal": message.internal, "at": message.at}
    return told | {"mentions": message.mentions or [] if caller.is_staff else []}


def _cited(session: Session, caller: Caller, row: Conversation, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    statement: Rows = (
        select(ConversationDocument.message_id, Document)
        .outerjoin(Document, Document.id == ConversationDocument.document_id)
        .where(ConversationDocument.message_id.in_(ids))
        .order_by(ConversationDocument.position)
    )
    found: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"documents": [], "pending_documents": 0})
    for message_id, document in session.execute(statement):
        if document is None:
            found[message_id]["pending_documents"] += 1
        elif _may_see(caller, row, document):
            found[message_id]["documents"].append(columns(document))
    return found


def _may_see(caller: Caller, row: Conversation, document: Document) -> bool:
    if document.account_id != row.account_id:
        return False
    if caller.is_staff:
        return document.status != "deleted"
    return document.status == "available" and (document.shared or document.origin == "client")


def _readers(session: Session, caller: Caller, row: Conversation) -> Sequence[ConversationRead]:
    own = row.firm_number if caller.is_staff else row.client_number
    if not own:
        return []
    statement = select(ConversationRead).where(
        ConversationRead.conversation_id == row.id, ConversationRead.kind != caller.kind
    )
    statement = statement.where(ConversationRead.number >= own)
    return session.scalars(statement.order_by(ConversationRead.read_at, ConversationRead.user_id).limit(20)).all()


def _unsent(session: Session, caller: Caller, row: Conversation) -> list[dict[str, Any]]:
    """Return what the caller's side uploaded for this conversation and has not sent with a message."""
    sent = select(ConversationDocument.document_id).where(ConversationDocument.conversation_id == row.id)
    statement = select(Document).where(
        and_(Document.request_id == row.id, Document.account_id == row.account_id),
        Document.origin == ("firm" if caller.is_staff else "client"),
        Document.status == "available",
        Document.id.not_in(sent),
    )
    found = session.scalars(statement.order_by(Document.uploaded_at, Document.id).limit(50))
    return [columns(document) for document in found]


def _allowed(session: Session, caller: Caller, row: Conversation) -> list[str]:
    if caller.is_staff:
        return ["reply", "note", "assign", "close" if row.status == "open" else "reopen"]
    if row.status == "open":
        return ["reply"]
    return ["reply", "reopen"] if may_start(session, caller) else []

"""What happens to conversations: both sides write, the firm assigns and closes, either side opens one again.

Every change locks the conversation, so that messages sent at once are all kept, one after another.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import insert_into, new_id
from services.portal.conversations import staff
from services.portal.conversations.keys import taken
from services.portal.conversations.models import (
    EXCERPT,
    MAX_CITED,
    SWITCH,
    TRANSITIONS,
    Conversation,
    ConversationDocument,
    ConversationMention,
    ConversationMessage,
    ConversationRead,
)
from services.portal.conversations.queries import called, get
from services.portal.conversations.telling import (
    ASSIGNED,
    CLOSED,
    POSTED,
    REOPENED,
    STARTED,
    note,
    tell,
    tell_mentions,
    tell_message,
)
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.names import fold
from services.portal.settings.queries import firm_settings, switches


def start(
    session: Session,
    caller: Caller,
    *,
    title: str,
    text: str = "",
    account_id: UUID | None = None,
    document_ids: Sequence[UUID] = (),
    idempotency_key: str | None = None,
) -> UUID:
    """Begin a conversation with its first message and return its id.

    Raises 403 `conversations_switched_off` for a client where the firm does not want it (S57), 409
    `account_archived`, 422 for nothing said or an unknown client.
    """
    _require_content(text, document_ids)
    if not caller.is_staff:
        if account_id not in (None, caller.account_id):
            raise problems.invalid({"account_id": ["Unknown field."]})
        require_switch(session)
    account = _account(session, caller, account_id)
    id, wanted = new_id(), ("start", account.id, title, text, sorted(map(str, document_ids)))
    if earlier := taken(session, caller, idempotency_key, id, wanted):
        return earlier
    conversation = _new(id, account.id, title, caller)
    session.add(conversation)
    session.flush()
    message = _write(session, conversation, caller, text, document_ids, first_words=title)
    tell_message(session, STARTED, conversation, message, document_ids)
    note(session, "conversation.started", conversation, caller)
    return id


def post(
    session: Session,
    caller: Caller,
    conversation_id: UUID,
    *,
    text: str = "",
    document_ids: Sequence[UUID] = (),
    internal: bool = False,
    mention_ids: Sequence[UUID] = (),
    idempotency_key: str | None = None,
) -> None:
    """Write in a conversation; a message in a closed one opens it again.

    An `internal` note changes nothing that a client sees, and only those whom it mentions are told. Raises 404, 403
    `conversations_switched_off` for a client who would open a closed one while no new ones are wanted, 422.
    """
    _require_content(text, document_ids)
    if not caller.is_staff and (internal or mention_ids):
        raise problems.invalid({"internal" if internal else "mention_ids": ["Unknown field."]})
    conversation = get(session, caller, conversation_id, lock=True)
    wanted = ("post", conversation_id, text, sorted(map(str, document_ids)), internal)
    if taken(session, caller, idempotency_key, conversation_id, wanted):
        return
    reopens = conversation.status == "closed" and not internal
    if reopens:
        _reopen(session, caller, conversation)
    people = staff.mentioned(session, text, mention_ids) if caller.is_staff else []
    message = _write(session, conversation, caller, text, document_ids, internal=internal, mentions=people)
    if internal:
        note(session, "conversation.noted", conversation, caller)
    else:
        if reopens:
            tell(session, REOPENED, conversation, by=caller.person, message_id=message.id)
        tell_message(session, POSTED, conversation, message, document_ids)
        note(session, "conversation.written", conversation, caller)
    _call(session, caller, message, people)
    tell_mentions(session, conversation, message, people)


def close(session: Session, caller: Caller, conversation_id: UUID) -> None:
    """Close a conversation; raise 404, or 409 where it is closed already."""
    conversation = get(session, caller, conversation_id, lock=True)
    _move(conversation, "closed")
    conversation.awaits_firm = False
    tell(session, CLOSED, conversation, by=caller.person)
    note(session, "conversation.closed", conversation, caller)


def reopen(session: Session, caller: Caller, conversation_id: UUID) -> None:
    """Open a closed conversation again; by a client it then waits for the firm. Raise 403, 404 or 409 as `post`."""
    conversation = get(session, caller, conversation_id, lock=True)
    _reopen(session, caller, conversation)
    conversation.awaits_firm = not caller.is_staff
    tell(session, REOPENED, conversation, by=caller.person, message_id=None)
    note(session, "conversation.reopened", conversation, caller)


def assign(session: Session, caller: Caller, conversation_id: UUID, *, user_id: UUID | None) -> None:
    """Say who of the staff looks after a conversation, or nobody; raise 404, or 422 for anybody else."""
    conversation = get(session, caller, conversation_id, lock=True)
    if conversation.assignee_id == user_id:
        return
    conversation.assignee_id = user_id
    conversation.assignee_name = staff.one(session, user_id)["name"] if user_id else ""
    conversation.version += 1
    tell(session, ASSIGNED, conversation, by=caller.person)
    note(session, "conversation.assigned", conversation, caller)


def mark_read(session: Session, caller: Caller, conversation_id: UUID) -> None:
    """Remember that the caller has read a conversation up to now; raise 404."""
    _read(session, caller, get(session, caller, conversation_id, lock=True))


def require_switch(session: Session) -> None:
    """Raise 403 where the firm does not want clients to begin conversations (S57)."""
    if not switches(firm_settings(session))[SWITCH]:
        raise problems.forbidden("The firm takes no new conversations here.", code="conversations_switched_off")


def _account(session: Session, caller: Caller, account_id: UUID | None) -> Account:
    id = account_id if caller.is_staff else caller.account_id
    account: Account | None = session.scalar(select(Account).where(Account.id == id, is_visible(caller, Account.id)))
    if account is None or (caller.is_staff and account.status != "active"):
        raise problems.invalid({"account_id": ["Choose one of the active clients."]})
    if account.status != "active":
        raise problems.conflict("account_archived", "This client is archived.")
    return account


def _require_content(text: str, document_ids: Sequence[UUID]) -> None:
    if not text and not document_ids:
        raise problems.invalid({"text": ["Write something, or add a document."]})
    if len(set(document_ids)) > MAX_CITED:
        raise problems.invalid({"document_ids": [f"At most {MAX_CITED} documents at once."]})


def _new(id: UUID, account_id: UUID, title: str, caller: Caller) -> Conversation:
    now = clock.now()
    return Conversation(
        id=id,
        account_id=account_id,
        title=title,
        status="open",
        assignee_name="",
        started_by=caller.person,
        created_at=now,
        last_at=now,
        last_by=caller.person,
        excerpt="",
        last_number=0,
        firm_number=0,
        client_number=0,
        awaits_firm=False,
        version=0,
    )


def _write(
    session: Session,
    conversation: Conversation,
    caller: Caller,
    text: str,
    document_ids: Sequence[UUID],
    *,
    first_words: str = "",
    internal: bool = False,
    mentions: Sequence[dict[str, Any]] = (),
) -> ConversationMessage:
    conversation.last_number += 1
    message = ConversationMessage(
        id=new_id(),
        conversation_id=conversation.id,
        number=conversation.last_number,
        by=caller.person,
        text=text,
        search_text=fold(f"{first_words} {text}"),
        internal=internal,
        mentions=[{"id": str(person["id"]), "name": person["name"]} for person in mentions] or None,
        at=clock.now(),
    )
    session.add(message)
    if not internal:
        _pass_on(conversation, caller, message)
    session.flush()
    for position, document_id in enumerate(dict.fromkeys(document_ids)):
        session.add(
            ConversationDocument(
                message_id=message.id,
                document_id=document_id,
                conversation_id=conversation.id,
                position=position,
            )
        )
    _read(session, caller, conversation)
    return message


def _call(session: Session, caller: Caller, message: ConversationMessage, people: Sequence[dict[str, Any]]) -> None:
    """Let a conversation stand in the work lists of those whom a message calls."""
    for person in people:
        if str(person["id"]) == str(caller.id):
            continue
        values = {"conversation_id": message.conversation_id, "user_id": person["id"]}
        fresh = {"message_id": message.id, "at": message.at, "done_at": None}
        insert = insert_into(session, ConversationMention).values(values | fresh)
        session.execute(insert.on_conflict_do_update(index_elements=list(values), set_=fresh))


def _pass_on(conversation: Conversation, caller: Caller, message: ConversationMessage) -> None:
    """Hand the conversation to the other side, with what its lists show of the message."""
    if caller.is_staff:
        conversation.firm_number = message.number
    else:
        conversation.client_number = message.number
    conversation.awaits_firm = not caller.is_staff
    conversation.last_at, conversation.last_by = message.at, message.by
    conversation.excerpt = excerpt(message.text)
    conversation.version += 1


def excerpt(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rstrip() + "…"


def _reopen(session: Session, caller: Caller, conversation: Conversation) -> None:
    if not caller.is_staff and conversation.status == "closed":
        require_switch(session)
    _move(conversation, "open")


def _move(conversation: Conversation, status: str) -> None:
    if status not in TRANSITIONS[conversation.status]:
        raise problems.conflict("illegal_transition", f"This conversation is {conversation.status}.")
    conversation.status = status
    conversation.version += 1


def _read(session: Session, caller: Caller, conversation: Conversation) -> None:
    # The conversation is locked, so that no two calls of a person both insert the row.
    found = session.get(ConversationRead, (conversation.id, caller.id))
    if found is None:
        found = ConversationRead(conversation_id=conversation.id, user_id=caller.id, kind=caller.kind, number=0)
        found.name, found.read_at = caller.name[:300], clock.now()
        session.add(found)
    # The moment is that of reading the other side: it must not tell a client when the firm wrote a note.
    theirs = conversation.client_number if caller.is_staff else conversation.firm_number
    if found.number < theirs:
        found.name, found.read_at = caller.name[:300], clock.now()
    found.number = conversation.last_number
    if caller.is_staff:
        session.execute(update(ConversationMention).where(*called(caller, conversation.id)).values(done_at=clock.now()))

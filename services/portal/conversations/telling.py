"""What conversations tell: events for the other services, lines for the activity history.

No event holds more of a message than its excerpt, and none holds anything of an internal note.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import outbox
from services.chassis.auth import Caller
from services.portal.activity import actions as activity
from services.portal.conversations.models import Conversation, ConversationMessage

STARTED = "portal.conversation.started.v1"
CLOSED = "portal.conversation.closed.v1"
REOPENED = "portal.conversation.reopened.v1"
ASSIGNED = "portal.conversation.assigned.v1"
POSTED = "portal.message.posted.v1"
MENTIONED = "portal.message.mentioned.v1"


def tell(session: Session, type: str, conversation: Conversation, **extra: Any) -> None:
    """Record an event of the conversation with its whole public state."""
    session.flush()
    state = {
        "id": conversation.id,
        "account_id": conversation.account_id,
        "title": conversation.title,
        "status": conversation.status,
        "assignee_id": conversation.assignee_id,
        "started_by": conversation.started_by,
        "created_at": conversation.created_at,
        "version": conversation.version,
    }
    outbox.record(session, type, subject=conversation.id, version=conversation.version, data=state | extra)


def tell_message(
    session: Session,
    type: str,
    conversation: Conversation,
    message: ConversationMessage,
    document_ids: Sequence[UUID],
) -> None:
    """Record that somebody wrote to the other side."""
    tell(
        session,
        type,
        conversation,
        message_id=message.id,
        by=message.by,
        excerpt=conversation.excerpt,
        document_ids=list(dict.fromkeys(document_ids)),
    )


def tell_mentions(
    session: Session, conversation: Conversation, message: ConversationMessage, people: Sequence[dict[str, Any]]
) -> None:
    """Record whom of the staff a message calls, if anybody."""
    if people:
        called = [person["id"] for person in people]
        tell(session, MENTIONED, conversation, message_id=message.id, by=message.by, user_ids=called)


def note(session: Session, kind: str, conversation: Conversation, caller: Caller) -> None:
    """Add a line to the account's history."""
    activity.note(
        session,
        kind,
        account_id=conversation.account_id,
        by=caller.person,
        subject=("conversation", conversation.id),
        title=conversation.title,
    )

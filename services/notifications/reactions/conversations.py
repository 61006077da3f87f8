"""Who is told of conversations. Internal notes have no event; of a mention nothing but the conversation is told."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import Recipient, chosen_staff, clients_of, staff_for
from services.notifications.messages.actions import Content


def on_message_posted(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the other side of a message, the first one or a later one."""
    data = event.data
    words = {"by": data["by"]["name"], "message": data["excerpt"]}
    if data["by"]["kind"] == "client":
        content = _content("conversation_message_received", data, staff=True, **words)
        announce(session, event, content, _staff(session, data), by=data["by"])
    else:
        content = _content("conversation_message", data, **words)
        announce(session, event, content, clients_of(session, data["account_id"]), by=data["by"])


def on_closed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client that the firm takes the matter for settled."""
    content = _content("conversation_closed", event.data)
    announce(session, event, content, clients_of(session, event.data["account_id"]), by=event.data["by"])


def on_reopened(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell staff of a client who opened it without a word; a message tells of itself."""
    data = event.data
    if data["by"]["kind"] == "client" and data["message_id"] is None:
        content = _content("conversation_reopened", data, staff=True, by=data["by"]["name"])
        announce(session, event, content, _staff(session, data), by=data["by"])


def on_assigned(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell whoever is to look after a conversation from now on."""
    data = event.data
    _tell_staff(session, event, "conversation_assigned", [data["assignee_id"]] if data["assignee_id"] else [])


def on_mentioned(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell those of the staff whom a message calls."""
    _tell_staff(session, event, "conversation_mention", event.data["user_ids"])


def _tell_staff(session: Session, event: Event, kind: str, user_ids: list[UUID]) -> None:
    data = event.data
    content = _content(kind, data, staff=True, by=data["by"]["name"])
    announce(session, event, content, chosen_staff(session, data["account_id"], user_ids), by=data["by"])


def _staff(session: Session, data: Any) -> list[Recipient]:
    """Return who looks after a conversation: its assignee, else those who look after the client."""
    if data["assignee_id"] and (found := chosen_staff(session, data["account_id"], [data["assignee_id"]])):
        return found
    return staff_for(session, data["account_id"], data["started_by"])


def _content(kind: str, data: Any, *, staff: bool = False, **words: str) -> Content:
    return Content(
        kind,
        {"title": data["title"], **words},
        {},
        path=f"{'/admin' if staff else ''}/conversations/{data['id']}",
        account_id=data["account_id"],
    )

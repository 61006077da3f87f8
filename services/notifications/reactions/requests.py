"""Who is told of client requests."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import clients_of, staff_for
from services.notifications.messages.actions import Content

LONGEST = 2000
"""Of what somebody wrote, a mail quotes no more; the whole stands in the portal."""


def on_request_created(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client what the firm asks for."""
    data = event.data
    words = {"message": quoted(data["message"]), "due_on": str(data["due_on"] or "")}
    content = _content("request_created", data, by=data["created_by"]["name"], **words)
    announce(session, event, content, clients_of(session, data["account_id"]), by=data["created_by"])


def on_request_replied(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the other side of an answer: staff of a client's, the client of the firm's."""
    data = event.data
    words = {"by": data["by"]["name"], "message": quoted(data["comment"])}
    if data["by"]["kind"] == "client":
        content = _content("request_reply_received", data, path=f"/admin/requests/{data['id']}", **words)
        announce(session, event, content, staff_for(session, data["account_id"], data["created_by"]), by=data["by"])
    else:
        content = _content("request_replied", data, **words)
        announce(session, event, content, clients_of(session, data["account_id"]), by=data["by"])


def on_request_closed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client that nothing more is needed."""
    content = _content("request_completed" if event.data.get("all_accepted") else "request_closed", event.data)
    announce(session, event, content, clients_of(session, event.data["account_id"]), by=event.data["by"])


def on_item_rejected(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client what to send again, and why."""
    data = event.data
    content = _content("request_item_rejected", data, by=data["by"]["name"], item=data["item"], reason=data["reason"])
    announce(session, event, content, clients_of(session, data["account_id"]), by=data["by"])


def on_request_reminded(session: Session, event: Event, runtime: Runtime) -> None:
    """Remind the client of what is missing."""
    data = event.data
    kind = "request_overdue" if data["days_late"] > 0 else "request_reminder"
    content = _content(kind, data, due_on=str(data["due_on"]), missing="\n".join(data["missing"]))
    announce(session, event, content, clients_of(session, data["account_id"]))


def _content(kind: str, data: Any, *, path: str = "", **words: str) -> Content:
    return Content(
        kind,
        {"title": data["title"], **words},
        {},
        path=path or f"/requests/{data['id']}",
        account_id=data["account_id"],
    )


def quoted(text: str) -> str:
    """Return text as a mail quotes it, its beginning where it is long."""
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"

"""Who is told of what waits for approval, and of what was said (B25)."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.contracts.client_roles import WORKS
from services.notifications.actions import announce
from services.notifications.directory.queries import clients_of, staff_for
from services.notifications.messages.actions import Content


def on_approval_asked(session: Session, event: Event, runtime: Runtime) -> None:
    """Ask the client."""
    data = event.data
    content = _content("approval_asked", event, f"/documents/{data['document_id']}", message=data["note"])
    announce(session, event, content, clients_of(session, data["account_id"], WORKS), by=data["by"])


def on_approval_decided(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the other side what was decided, and why it was rejected."""
    data = event.data
    why = {"reason": data["reason"]} if data["status"] == "rejected" else {}
    if data["side"] == "client":
        content = _content(f"document_{data['status']}", event, f"/admin/documents/{data['document_id']}", **why)
        announce(session, event, content, staff_for(session, data["account_id"]))
    else:
        content = _content(f"upload_{data['status']}", event, f"/documents/{data['document_id']}", **why)
        announce(session, event, content, clients_of(session, data["account_id"], WORKS), by=data["by"])


def _content(kind: str, event: Event, path: str, **words: str) -> Content:
    data = event.data
    named = {"by": data["by"]["name"], "document": data["name"]}
    return Content(kind, named | words, {}, path=path, account_id=data["account_id"])

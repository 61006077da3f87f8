"""What happened to a request, told: as an event and in the client's history."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import outbox
from services.chassis.auth import Caller
from services.portal.activity.actions import note
from services.portal.requests.models import Request, RequestDocument, RequestItem

CREATED = "portal.request.created.v1"
REPLIED = "portal.request.replied.v1"
CLOSED = "portal.request.closed.v1"
REOPENED = "portal.request.reopened.v1"
CHANGED = "portal.request.changed.v1"
ITEM_ACCEPTED = "portal.request.item_accepted.v1"
ITEM_REJECTED = "portal.request.item_rejected.v1"
REMINDED = "portal.request.reminded.v1"
STATE = ("id", "account_id", "title", "message", "status", "due_on", "created_by", "created_at", "version")


def tell(session: Session, type: str, request: Request, **extra: Any) -> None:
    """Record an event about a request; `extra` is what it tells beside the request's whole state."""
    session.flush()
    outbox.record(session, type, subject=request.id, version=request.version, data=_state(session, request) | extra)


def noted(session: Session, kind: str, request: Request, caller: Caller, title: str = "") -> None:
    """Add it to the client's history; `title` where it is about an item."""
    note(
        session,
        kind,
        account_id=request.account_id,
        by=caller.person,
        subject=("request", request.id),
        title=title or request.title,
    )


def _state(session: Session, request: Request) -> dict[str, Any]:
    items = select(RequestItem).where(RequestItem.request_id == request.id).order_by(RequestItem.position)
    documents = (
        select(RequestDocument.document_id)
        .where(RequestDocument.request_id == request.id, RequestDocument.comment_id.is_(None))
        .order_by(RequestDocument.position)
    )
    return {name: getattr(request, name) for name in STATE} | {
        "items": [{"id": item.id, "title": item.title, "status": item.state} for item in session.scalars(items)],
        "document_ids": list(session.scalars(documents)),
    }

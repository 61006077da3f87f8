"""Who is told of documents."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import clients_of, staff_for
from services.notifications.messages.actions import Content


def on_document_shared(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client. What comes with a request is told by the request."""
    data = event.data
    if data["request_id"]:
        return
    content = Content(
        "document_shared",
        {"by": data["shared_by"]["name"], "document": data["name"]},
        {},
        path=f"/documents/{data['id']}",
        account_id=data["account_id"],
    )
    announce(session, event, content, clients_of(session, data["account_id"]), by=data["shared_by"])


def on_document_uploaded(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell staff what a client uploaded. What answers a request is mailed with the answer."""
    data = event.data
    if data["uploaded_by"]["kind"] != "client":
        return
    content = Content(
        "document_uploaded",
        {"by": data["uploaded_by"]["name"], "document": data["name"]},
        {},
        path=f"/admin/documents/{data['id']}",
        account_id=data["account_id"],
    )
    announce(session, event, content, staff_for(session, data["account_id"]), mail=not data["request_id"])

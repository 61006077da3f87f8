"""Who is told of documents."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.contracts.client_roles import WORKS
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
    who_sees_it = clients_of(session, data["account_id"], data.get("client_roles", WORKS))
    announce(session, event, content, who_sees_it, by=data["shared_by"])


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


def on_upload_notice(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell staff that a client has sent everything, and what came since they were told so before."""
    data = event.data
    named = [document["name"] for document in data["documents"]]
    more = data["count"] - len(named)
    content = Content(
        "uploads_finished",
        {"by": data["by"]["name"], "documents": ", ".join(named) + (f" (+{more})" if more > 0 else "") or "–"},
        {},
        path=f"/admin/clients/{data['account_id']}?tab=documents",
        account_id=data["account_id"],
    )
    announce(session, event, content, staff_for(session, data["account_id"]))

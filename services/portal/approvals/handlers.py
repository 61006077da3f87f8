"""What the portal does when documents tells of an approval: it keeps its copy, and the account's history grows."""

from sqlalchemy.orm import Session

from services.chassis.database import upsert_newer
from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.portal.activity.actions import note_event
from services.portal.approvals.models import Approval

COPIED = (
    *("id", "document_id", "account_id", "name", "version_number", "side", "status"),
    *("asked_by", "decided_by", "decided_at", "at", "version"),
)


def on_approval(session: Session, event: Event, runtime: Runtime) -> None:
    data = event.data
    people = {name: _person(data[name]) for name in ("asked_by", "decided_by")}
    upsert_newer(session, Approval, {name: data[name] for name in COPIED} | people)
    what = {"approved": "document.approved", "rejected": "document.rejected"}.get(
        data["status"], f"document.approval_{data['status']}"
    )
    note_event(
        session,
        event,
        what,
        account_id=data["account_id"],
        by=data["by"],
        subject=("document", data["document_id"]),
        title=data["name"],
    )


def _person(person: dict[str, str] | None) -> dict[str, str] | None:
    return {"kind": person["kind"], "id": str(person["id"]), "name": person["name"]} if person else None


HANDLERS = {
    "documents.document.approval_asked.v1": on_approval,
    "documents.document.approval_decided.v1": on_approval,
    "documents.document.approval_undone.v1": on_approval,
}

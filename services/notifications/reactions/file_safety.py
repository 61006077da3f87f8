"""Who is told of files that were held back or lost, and of a scanner that does not work."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import clients_of, leaders_for, staff_for
from services.notifications.messages.actions import Content

STAFF_KINDS = {"infected": "document_quarantined", "too_large": "document_unchecked", "missing": "document_lost"}


def on_document_quarantined(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell staff what was found where; and whoever uploaded an infected file on the client's side, kindly."""
    data = event.data
    words = {"by": data["uploaded_by"]["name"], "document": data["name"], "found": data["found"]}
    kind = STAFF_KINDS[data["reason"]]
    wanted = {"document_quarantined": words, "document_unchecked": _without(words, "found")}
    content = Content(
        kind,
        wanted.get(kind, {"document": data["name"]}),
        {},
        path="/admin/quarantine",
        account_id=data["account_id"],
    )
    announce(session, event, content, staff_for(session, data["account_id"]))
    if data["reason"] == "infected" and data["uploaded_by"]["kind"] == "client":
        refused = Content(
            "document_refused", {"document": data["name"]}, {}, path="/documents", account_id=data["account_id"]
        )
        uploader = str(data["uploaded_by"]["id"])
        people = [one for one in clients_of(session, data["account_id"]) if str(one.user_id) == uploader]
        announce(session, event, refused, people)


def on_document_lost(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell staff that a file is gone."""
    data = event.data
    path = f"/admin/documents/{data['id']}"
    content = Content("document_lost", {"document": data["name"]}, {}, path=path, account_id=data["account_id"])
    announce(session, event, content, staff_for(session, data["account_id"]))


def on_scanner_failed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the leaders of the firm, once an outage, that files wait."""
    data = event.data
    words = {"since_at": data["since"].isoformat(), "waiting": str(data["waiting"])}
    announce(session, event, Content("scanner_failed", words, {}, path="/admin/quarantine"), leaders_for(session, None))


def on_scanner_recovered(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell them that it is over."""
    words = {"since_at": event.data["since"].isoformat()}
    announce(
        session, event, Content("scanner_recovered", words, {}, path="/admin/quarantine"), leaders_for(session, None)
    )


def _without(words: dict[str, str], name: str) -> dict[str, str]:
    return {key: text for key, text in words.items() if key != name}

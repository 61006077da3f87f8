"""Who is told of sign requests."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import signer, staff_for
from services.notifications.messages.actions import Content


def on_sent(session: Session, event: Event, runtime: Runtime) -> None:
    """Ask those for their signature whose turn it is."""
    _ask(session, event)


def on_signed(session: Session, event: Event, runtime: Runtime) -> None:
    """Ask the next ones, and tell staff of a signature. The last one is told when all is sealed."""
    _ask(session, event)
    data = event.data
    if any(_must_act(person) and person["status"] != "signed" for person in data["recipients"]):
        content = _content("sign_request_signed", data, _for_staff(data), by=_name_of(data, data["recipient_id"]))
        announce(session, event, content, staff_for(session, data["account_id"], data["created_by"]))


def on_completed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell everybody that all have signed, each where their copy is."""
    data = event.data
    people = [signer(session, person) for person in data["recipients"]]
    announce(session, event, _content("sign_request_completed", data, f"/documents/{data['document_id']}"), people)
    content = _content("sign_request_all_signed", data, _for_staff(data))
    announce(session, event, content, staff_for(session, data["account_id"], data["created_by"]))


def on_declined(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell staff who will not sign, and why."""
    data = event.data
    words = {"by": _name_of(data, data["recipient_id"]), "reason": data["reason"]}
    content = _content("sign_request_declined", data, _for_staff(data), **words)
    announce(session, event, content, staff_for(session, data["account_id"], data["created_by"]))


def on_voided(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell those who were asked that they need not sign any more."""
    data = event.data
    people = [signer(session, person) for person in data["recipients"] if person["status"] != "waiting"]
    content = _content("sign_request_voided", data, "/requests", reason=data["reason"])
    announce(session, event, content, people, by=data["by"])


def _ask(session: Session, event: Event) -> None:
    # Whose turn it is stands in every state of the request, so the first event to say so asks, and no other one.
    data = event.data
    words = {"by": data["created_by"]["name"], "message": data["message"], "due_on": str(data["due_on"] or "")}
    content = _content("sign_request_sent", data, f"/sign/{data['id']}", **words)
    people = [
        signer(session, person) for person in data["recipients"] if _must_act(person) and person["status"] == "notified"
    ]
    announce(session, event, content, people, once=f"sign_request_sent:{data['id']}")


def _must_act(person: Any) -> bool:
    return person["role"] in ("signer", "approver")


def _name_of(data: Any, recipient_id: object) -> str:
    return next((person["name"] for person in data["recipients"] if person["id"] == recipient_id), "")


def _for_staff(data: Any) -> str:
    return f"/admin/sign-requests/{data['id']}"


def _content(kind: str, data: Any, path: str, **words: str) -> Content:
    return Content(kind, {"title": data["title"], **words}, {}, path=path, account_id=data["account_id"])

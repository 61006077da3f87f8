"""Who is told of reviews and of details that clients change; and the mails that clients write to the firm."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import Recipient, firm, signer, staff_for
from services.notifications.messages.actions import Content, queue


def on_review_requested(session: Session, event: Event, runtime: Runtime) -> None:
    """Mail a person the link to rate the service (S39), whether or not they use the portal already."""
    data = event.data
    content = Content(
        "review_requested",
        {"by": data["by"]["name"]},
        {"link": data["link"]},
        path="/review",
        account_id=data["account_id"],
        expires_at=data["expires_at"],
    )
    announce(session, event, content, [replace(_person(session, data), active=True)])


def on_review_submitted(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the staff who look after a client how it rates the service."""
    data = event.data
    content = Content(
        "review_received",
        {"by": data["by"]["name"], "stars": str(data["stars"]), "comment": data["comment"]},
        {},
        path=f"/admin/reviews/{data['id']}",
        account_id=data["account_id"],
    )
    announce(session, event, content, staff_for(session, data["account_id"]), by=data["by"])


def on_profile_changed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the staff who look after a client that it has changed its own details."""
    data = event.data
    path = f"/admin/clients/{data['account_id']}?tab=profile"
    words = {"by": data["by"]["name"], "title": data["name"]}
    content = Content("profile_changed", words, {}, path=path, account_id=data["account_id"])
    announce(session, event, content, staff_for(session, data["account_id"]), by=data["by"])


def on_review_answered(session: Session, event: Event, runtime: Runtime) -> None:
    """Mail the firm's answer to who wrote the review (B20)."""
    data = event.data
    if not data["email"]:
        return
    content = Content(
        "review_answered",
        {"by": data["answered_by"]["name"], "answer": data["answer"]},
        {},
        path="/review" if data["user_id"] else "",
        account_id=data["account_id"],
    )
    person = _person(session, {**data, "name": data["by"]["name"]})
    announce(session, event, content, [replace(person, active=True)])


def on_mail_sent(session: Session, event: Event, runtime: Runtime) -> None:
    """Send the firm what a client wrote (S36). Answers go to the client: see `Kind.reply_to`."""
    data, house = event.data, firm(session)
    to = Recipient(None, "staff", house.firm_name, data["to_email"], house.locale, house.timezone)
    words = {"by": data["by"]["name"], "email": data["reply_to"]}
    content = Content(
        "firm_mail",
        words | {"subject": data["subject"], "message": data["message"]},
        {},
        path=f"/admin/mails/{data['id']}",
        account_id=data["account_id"],
    )
    queue(session, event, to, content)


def _person(session: Session, data: Any) -> Recipient:
    """Return a contact: the portal user that they are, else themselves, in the language that the event names."""
    found = signer(session, data)
    if data["user_id"] or "locale" not in data:
        return found
    return replace(found, locale=data["locale"], timezone=data["timezone"])

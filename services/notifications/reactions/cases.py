"""Who is told of cases. What the firm does not show to clients never stands in what they are told."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import LEADERS, Recipient, clients_of, leaders_for, staff_for, user
from services.notifications.messages.actions import Content
from services.notifications.reactions.requests import quoted


def on_case_opened(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the firm of a client's new case, the client of one that the firm opened."""
    data = event.data
    if data["by"]["kind"] == "client":
        content = _for_staff("case_received", data, by=data["by"]["name"], message=quoted(data["description"]))
        announce(session, event, content, _staff(session, data), by=data["by"])
    else:
        content = _for_client("case_opened", data, by=data["by"]["name"])
        announce(session, event, content, clients_of(session, data["account_id"]), by=data["by"])


def on_case_commented(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the other side of what was written."""
    data = event.data
    words = {"by": data["by"]["name"], "message": quoted(data["comment"])}
    if data["by"]["kind"] == "client":
        content = _for_staff("case_reply_received", data, **words)
        announce(session, event, content, _staff(session, data), by=data["by"])
    else:
        content = _for_client("case_answered", data, **words)
        announce(session, event, content, clients_of(session, data["account_id"]), by=data["by"])


def on_case_status_changed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client that a case is closed, where they see its status; the firm that the client opened it again."""
    data = event.data
    if data["status"] == "closed" and "status" in data["shown_to_clients"]:
        content = _for_client("case_closed", data)
        announce(session, event, content, clients_of(session, data["account_id"]), by=data["by"])
    if data["old_status"] == "closed" and data["by"]["kind"] == "client":
        content = _for_staff("case_reopened", data, by=data["by"]["name"])
        announce(session, event, content, _staff(session, data), by=data["by"])


def on_case_assigned(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell whoever got the case."""
    data = event.data
    assignee = user(session, data["assignee_id"]) if data["assignee_id"] else None
    if assignee and assignee.kind == "staff":
        content = _for_staff("case_assigned", data, by=data["by"]["name"])
        announce(session, event, content, [assignee], by=data["by"])


def on_case_escalated(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell those who look after a case, and the managers, that it missed a target (B21)."""
    data = event.data
    people = {one.key: one for one in (*_staff(session, data), *leaders_for(session, data["account_id"], LEADERS))}
    kind = "case_answer_overdue" if data["target"] == "response" else "case_solution_overdue"
    content = _for_staff(kind, data, missed_at=data["due_at"].isoformat())
    announce(session, event, content, people.values())


def _staff(session: Session, data: Any) -> list[Recipient]:
    return staff_for(session, data["account_id"], *_assignee(data))


def _assignee(data: Any) -> list[dict[str, str]]:
    return [{"kind": "staff", "id": str(data["assignee_id"])}] if data["assignee_id"] else []


def _for_staff(kind: str, data: Any, **words: str) -> Content:
    return _content(kind, data, f"/admin/cases/{data['id']}", words)


def _for_client(kind: str, data: Any, **words: str) -> Content:
    return _content(kind, data, f"/cases/{data['id']}", words)


def _content(kind: str, data: Any, path: str, words: dict[str, str]) -> Content:
    named = {"title": data["title"], "number": str(data["number"])}
    return Content(kind, named | words, {}, path=path, account_id=data["account_id"])

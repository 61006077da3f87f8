"""Who is told of exports and erasures. After an erasure no mail goes to the client: no address is left."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import LEADERS, clients_of, staff_for, user
from services.notifications.messages.actions import Content


def on_export_finished(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell whoever asked that the archive is there, or that it could not be made."""
    data = event.data
    by = data["asked_by"]
    to = user(session, UUID(by["id"]))
    if to is None:
        return
    path = "/profile/data" if by["kind"] == "client" else f"/admin/clients/{data['account_id']}/data"
    if data["status"] == "ready":
        content = _content("data_export_ready", data, path, expires_at=data["expires_at"].isoformat())
    else:
        content = _content("data_export_failed", data, path)
    announce(session, event, content, [to])


def on_erasure_asked(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell those who may decide that a client wants to be erased."""
    data = event.data
    content = _content("erasure_asked", data, f"/admin/erasures/{data['id']}", by=data["by"]["name"])
    announce(session, event, content, staff_for(session, data["account_id"], leaders=LEADERS), by=data["by"])


def on_erasure_planned(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client when their data goes, while there is time to object."""
    data = event.data
    content = _content("erasure_planned", data, "/profile/data", starts_at=data["starts_at"].isoformat())
    announce(session, event, content, clients_of(session, data["account_id"]))


def on_erasure_cancelled(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the client that nothing is erased."""
    content = _content("erasure_cancelled", event.data, "/profile/data")
    announce(session, event, content, clients_of(session, event.data["account_id"]), by=event.data["by"])


def on_erasure_finished(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell whoever decided it what the erasure came to."""
    data = event.data
    kind = "erasure_done" if data["status"] == "done" else "erasure_failed"
    to = user(session, UUID(data["by"]["id"])) if data["by"]["kind"] == "staff" else None
    content = _content(kind, data, f"/admin/erasures/{data['id']}", title=f"#{data['number']}")
    announce(session, event, content, [to] if to else staff_for(session, data["account_id"]))


def _content(kind: str, data: Mapping[str, Any], path: str, **words: str) -> Content:
    return Content(kind, words, {}, path=path, account_id=data["account_id"])

"""What a service has to say: rows in its own database, written in the transaction of the change itself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import MetaData, insert
from sqlalchemy.orm import Session

from services.chassis import observability, wake
from services.chassis.event import Event
from services.chassis.messaging_tables import outbox_table

OUTBOX = outbox_table(MetaData())


def record(session: Session, type: str, *, subject: object, version: int, data: Mapping[str, Any]) -> Event:
    """Record that something happened; it is published once the transaction of `session` is committed.

    `subject` is the id of the aggregate, `version` its version after the change; `data` may hold UUIDs and
    moments. Returns the event. Raises `ValueError` for a malformed type or more than 64 KiB.
    """
    event = Event.new(type, source=type.partition(".")[0], subject=subject, version=version, data=data)
    session.execute(
        insert(OUTBOX).values(event_id=event.id, type=event.type, envelope=event.to_bytes(), created_at=event.time)
    )
    wake.on_commit(session, "outbox")
    observability.EVENTS_RECORDED.labels(event.source, event.type).inc()
    return event

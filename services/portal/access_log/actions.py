"""Adding to the access log. What clients do themselves does not stand in it, nor what the house does by itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from cachetools import LRUCache
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.auth import Caller
from services.chassis.database import insert_into, new_id
from services.chassis.event import Event
from services.portal.access_log.models import AccessEntry
from services.portal.field_editor.definitions import definitions
from services.portal.field_editor.values import Values, values_of

TITLE_LENGTH = 300
SPACE = UUID("0192a000-0000-7000-8000-00000000acce")
_noted: LRUCache[UUID, bool] = LRUCache(50_000)
"""The views that this process has noted in their hour: to look again costs no statement."""
Subject = tuple[str, UUID]

log = observability.logger(__name__)


def note_change(
    session: Session,
    caller: Caller,
    kind: str,
    *,
    account_id: UUID,
    subject: Subject,
    title: str = "",
    fields: Sequence[str] | None = None,
) -> None:
    """Add that staff has just changed something of a client's; nothing where `caller` is no staff."""
    if caller.is_staff and fields != []:
        entry = _entry(kind, account_id, caller.person, clock.now(), subject, title)
        session.add(AccessEntry(id=new_id(), **entry, fields=list(fields) if fields else None))


def note_view(
    session: Session, caller: Caller, kind: str, *, account_id: UUID, subject: Subject, title: str = ""
) -> None:
    """Add that staff looks at something of a client's, once a person and hour; nothing where `caller` is no staff.

    It is one statement on an autocommit session, and none where this process has noted it in this hour. Staff sees
    the page also where it could not be noted, which then stands in the service's own log.
    """
    now = clock.now()
    key = _once_an_hour(caller.id, kind, subject, now)
    if not caller.is_staff or key in _noted:
        return
    try:
        note_opening(session, caller.person, kind, account_id=account_id, at=now, subject=subject, title=title)
        _noted[key] = True
    except SQLAlchemyError as error:
        log.error("view_not_noted", kind=kind, subject=str(subject[1]), by=str(caller.id), error=type(error).__name__)


def note_opening(
    session: Session,
    by: Mapping[str, Any],
    kind: str,
    *,
    account_id: UUID,
    at: datetime,
    subject: Subject,
    title: str = "",
) -> None:
    """Add that a member of staff opened something, once a person and hour."""
    entry = _entry(kind, account_id, by, at, subject, title)
    values = entry | {"id": _once_an_hour(by["id"], kind, subject, at), "fields": None}
    session.execute(insert_into(session, AccessEntry).values(values).on_conflict_do_nothing())


def note_event(
    session: Session, event: Event, kind: str, *, by: Mapping[str, Any], account_id: UUID, subject: Subject, title: str
) -> None:
    """Add what `event` tells that staff did; however often it comes, it stands there once."""
    entry = _entry(kind, account_id, by, event.time, subject, title)
    values = entry | {"id": uuid5(event.id, "access log"), "fields": None}
    session.execute(insert_into(session, AccessEntry).values(values).on_conflict_do_nothing())


def note_exported(session: Session, caller: Caller, account_ids: Iterable[UUID]) -> None:
    """Add that staff took the data of these clients out."""
    now = clock.now()
    for account_id in account_ids:
        entry = _entry("client.exported", account_id, caller.person, now, ("account", account_id), "")
        session.add(AccessEntry(id=new_id(), **entry, fields=None))


def differences(session: Session, block: str, row: Any, fields: Mapping[str, Any], custom: Values) -> list[str]:
    """Return the names of the fields of a record in which something else is about to stand."""
    known = {field.name for field in definitions(session, block)}
    changed = [name for name, value in fields.items() if name in known and getattr(row, name) != value]
    present = values_of(session, block, [row.id])[row.id] if custom else {}
    return changed + [f"custom.{name}" for name, value in custom.items() if present.get(name) != value]


def _once_an_hour(by_id: object, kind: str, subject: Subject, at: datetime) -> UUID:
    return uuid5(SPACE, f"{by_id} {kind} {subject[1]} {at:%Y-%m-%d %H}")


def _entry(
    kind: str, account_id: UUID, by: Mapping[str, Any], at: datetime, subject: Subject, title: str
) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "kind": kind,
        "by_id": UUID(str(by["id"])),
        "by_name": by["name"],
        "at": at,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "title": title[:TITLE_LENGTH],
    }

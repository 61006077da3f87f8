"""Keeping who exported which clients."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.exports.models import ClientExport


def begin(session: Session, caller: Caller, kind: str, filters: Mapping[str, Any]) -> UUID:
    """Note that an export begins, before the first line goes out; return its id."""
    told = {name: value for name, value in filters.items() if value not in (None, "", [], False)}
    id = new_id()
    session.add(ClientExport(id=id, kind=kind, filters=_plain(told), by=caller.person, at=clock.now(), rows=None))
    return id


def end(session: Session, export_id: UUID, rows: int) -> None:
    """Note how many records went out."""
    session.execute(update(ClientExport).where(ClientExport.id == export_id).values(rows=rows))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool) else str(value)

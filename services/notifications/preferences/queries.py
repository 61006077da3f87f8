"""Reads of preferences."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.notifications.kinds import KINDS, kinds_for
from services.notifications.preferences.models import Preference

CHANNELS = ("email", "portal")


def wants(session: Session, user_id: UUID | None, kind: str, channel: str) -> bool:
    """Return whether a person wants messages of that kind by that channel. Security messages are always sent."""
    if KINDS[kind].security or user_id is None:
        return True
    row = session.get(Preference, (user_id, kind, channel))
    return row is None or row.enabled


def preferences(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """Return every kind and channel that concerns the caller; a locked one cannot be switched off."""
    rows = session.scalars(select(Preference).where(Preference.user_id == caller.id))
    chosen = {(row.kind, row.channel): row.enabled for row in rows}
    return [
        {
            "kind": name,
            "channel": channel,
            "enabled": kind.security or chosen.get((name, channel), True),
            "locked": kind.security,
        }
        for name, kind in kinds_for(caller.kind).items()
        for channel in CHANNELS
        if channel == "email" or kind.inside
    ]

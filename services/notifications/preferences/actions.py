"""Changing preferences."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import invalid
from services.notifications.preferences import queries
from services.notifications.preferences.models import Preference


def set_preferences(session: Session, caller: Caller, items: Sequence[dict[str, Any]]) -> None:
    """Set the given preferences of the caller and leave the others as they are.

    Raises a 422 `Problem` for a kind or channel that does not concern the caller, and for a security kind that
    would be switched off.
    """
    known = {(item["kind"], item["channel"]): item for item in queries.preferences(session, caller)}
    errors: dict[str, list[str]] = {}
    for place, item in enumerate(items):
        found = known.get((item["kind"], item["channel"]))
        if found is None:
            errors[f"items.{place}"] = ["There is no such message for you."]
        elif found["locked"] and not item["enabled"]:
            errors[f"items.{place}"] = ["Security messages cannot be switched off."]
    if errors:
        raise invalid(errors)
    for item in items:
        values = {name: item[name] for name in ("kind", "channel", "enabled")}
        session.merge(Preference(user_id=caller.id, changed_at=clock.now(), **values))

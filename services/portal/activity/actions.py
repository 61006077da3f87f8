"""Adding to the activity history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import new_id, upsert_newer
from services.chassis.event import Event
from services.portal.activity.models import Activity

TITLE_LENGTH = 300


def note(
    session: Session,
    kind: str,
    *,
    account_id: UUID,
    by: Mapping[str, Any],
    subject: tuple[str, UUID],
    title: str = "",
) -> None:
    """Add that `by` has just done `kind` to `subject` (its kind and id), which belongs to the account."""
    values = _entry(kind, clock.now(), account_id, None, by, subject, title)
    session.add(Activity(id=new_id(), **values))


def note_event(
    session: Session,
    event: Event,
    kind: str,
    *,
    by: Mapping[str, Any],
    subject: tuple[str, UUID],
    title: str = "",
    account_id: UUID | None = None,
    user_id: UUID | None = None,
) -> None:
    """Add what `event` tells; however often it comes, it stands once in the history of an account.

    Without `account_id` it is about the person `user_id`, and stands in the history of each of their accounts.
    """
    values = _entry(kind, event.time, account_id, user_id, by, subject, title)
    upsert_newer(session, Activity, {"id": uuid5(event.id, str(account_id or user_id)), **values})


def _entry(
    kind: str,
    at: datetime,
    account_id: UUID | None,
    user_id: UUID | None,
    by: Mapping[str, Any],
    subject: tuple[str, UUID],
    title: str,
) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "user_id": user_id,
        "kind": kind,
        "by": {"kind": by["kind"], "id": str(by["id"]), "name": by["name"]},
        "at": at,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "title": title[:TITLE_LENGTH],
        "version": 1,
    }

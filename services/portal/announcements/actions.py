"""Writing announcements, ending them, and reading them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import insert_into
from services.portal.announcements import queries
from services.portal.announcements.models import (
    Announcement,
    AnnouncementAccount,
    AnnouncementRead,
    AnnouncementTag,
)
from services.portal.directory.models import Account
from services.portal.tags.models import Tag


def announce(
    session: Session,
    caller: Caller,
    *,
    account_ids: Sequence[UUID] = (),
    tag_ids: Sequence[UUID] = (),
    starts_at: datetime | None = None,
    **fields: Any,
) -> Announcement:
    """Write an announcement, from `starts_at` on or from now, and return it; raise 422 for unknown clients."""
    now = clock.now()
    row = Announcement(
        **fields,
        starts_at=starts_at or now,
        created_by={"kind": caller.kind, "id": str(caller.id), "name": caller.name},
        created_at=now,
        updated_at=now,
    )
    _check_span(row)
    session.add(row)
    session.flush()
    _address(session, row, account_ids, tag_ids)
    return row


def change(
    session: Session,
    id: UUID,
    *,
    version: int,
    account_ids: Sequence[UUID] = (),
    tag_ids: Sequence[UUID] = (),
    starts_at: datetime | None = None,
    **fields: Any,
) -> None:
    """Change an announcement; raise 409 where it is not that of `version` any more.

    Who has read it has: what changes enough to be read again is a new one.
    """
    row = queries.get(session, id)
    if row.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    for name, value in (fields | {"starts_at": starts_at or row.starts_at}).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    _check_span(row)
    session.flush()
    _address(session, row, account_ids, tag_ids)


def end(session: Session, id: UUID) -> None:
    """End an announcement now; one that is past stays so, one that is planned is over before it began."""
    row, now = queries.get(session, id), clock.now()
    match row.state(now):
        case "planned":
            raise problems.conflict("not_begun", "This has not begun. Delete it, or change when it begins.")
        case "current":
            row.ends_at = row.updated_at = max(now, row.starts_at)
            if row.ends_at == row.starts_at:
                raise problems.conflict("not_begun", "This has only just begun. Try again in a moment.")


def remove(session: Session, id: UUID) -> None:
    """Delete an announcement, and who has read it."""
    row = queries.get(session, id)
    for table in (AnnouncementAccount, AnnouncementTag, AnnouncementRead):
        session.execute(delete(table).where(table.announcement_id == id))
    session.delete(row)


def mark_read(session: Session, caller: Caller, id: UUID) -> None:
    """Remember that this person has read an announcement; raise 404 for one that is not theirs to read now."""
    queries.addressed(session, caller, id)
    values = {"announcement_id": id, "user_id": caller.id, "read_at": clock.now()}
    session.execute(insert_into(session, AnnouncementRead).values(values).on_conflict_do_nothing())


def _check_span(row: Announcement) -> None:
    if row.ends_at and row.ends_at <= row.starts_at:
        raise problems.invalid({"ends_at": ["This is before it begins. Choose a later end."]})


def _address(session: Session, row: Announcement, account_ids: Sequence[UUID], tag_ids: Sequence[UUID]) -> None:
    """Write down whom it is for; raise 422 for nobody, or for somebody who is not there."""
    for table in (AnnouncementAccount, AnnouncementTag):
        session.execute(delete(table).where(table.announcement_id == row.id))
    if row.audience == "accounts":
        wanted, known = set(account_ids), select(Account.id).where(Account.id.in_(account_ids))
        _check_chosen("account_ids", wanted, set(session.scalars(known)))
        rows = [{"announcement_id": row.id, "account_id": id} for id in wanted]
        session.execute(insert(AnnouncementAccount), rows)
    if row.audience == "tags":
        wanted, known = set(tag_ids), select(Tag.id).where(Tag.id.in_(tag_ids))
        _check_chosen("tag_ids", wanted, set(session.scalars(known)))
        session.execute(insert(AnnouncementTag), [{"announcement_id": row.id, "tag_id": id} for id in wanted])


def _check_chosen(name: str, wanted: set[UUID], known: set[UUID]) -> None:
    if not wanted:
        word = "client" if name == "account_ids" else "tag"
        raise problems.invalid({name: [f"Choose at least one {word}."]})
    if known != wanted:
        word = "clients" if name == "account_ids" else "tags"
        raise problems.invalid({name: [f"One of these {word} does not exist."]})

"""Reads of announcements."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.announcements.models import (
    Announcement,
    AnnouncementAccount,
    AnnouncementRead,
    AnnouncementTag,
)
from services.portal.directory.queries import names
from services.portal.models import columns
from services.portal.paging import Order, page
from services.portal.tags.models import AccountTag, Tag

MOST_SHOWN = 20
"""How many current announcements a client is shown."""


def announcements(session: Session, *, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of announcements for staff, the latest start first."""
    now = clock.now()
    statement = select(Announcement.id, Announcement.starts_at)
    if state:
        statement = statement.where(_in_state(state, now))
    order = Order(Announcement.starts_at, Announcement.id, parse=datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="starts_at")
    found = session.scalars(select(Announcement).where(Announcement.id.in_([row.id for row in rows])))
    by_id = {announcement.id: announcement for announcement in found}
    accounts, tags = _accounts(session, by_id), _tags(session, by_id)
    items = [_told(by_id[row.id], accounts.get(row.id, []), tags.get(row.id, []), now) for row in rows]
    return {"items": items, "next": following}


def announcement(session: Session, id: UUID) -> dict[str, Any]:
    """Return an announcement for staff; raise 404 where there is none."""
    found = get(session, id)
    accounts, tags = _accounts(session, [id]), _tags(session, [id])
    return _told(found, accounts.get(id, []), tags.get(id, []), clock.now())


def get(session: Session, id: UUID) -> Announcement:
    """Return an announcement; raise 404 where there is none."""
    found: Announcement | None = session.get(Announcement, id)
    if found is None:
        raise problems.not_found("This announcement")
    return found


def current(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """Return what is announced to a client now, the latest first, and whether this person has read it."""
    read = exists().where(AnnouncementRead.announcement_id == Announcement.id, AnnouncementRead.user_id == caller.id)
    statement = (
        select(Announcement.id, Announcement.titles, Announcement.texts, Announcement.starts_at, read.label("read"))
        .where(is_for(caller), _in_state("current", clock.now()))
        .order_by(Announcement.starts_at.desc(), Announcement.id.desc())
        .limit(MOST_SHOWN)
    )
    return [dict(row._mapping) for row in session.execute(statement)]


def addressed(session: Session, caller: Caller, id: UUID) -> Announcement:
    """Return what is announced to a client now; raise 404 for one of another time or for others."""
    here = select(Announcement).where(Announcement.id == id, is_for(caller), _in_state("current", clock.now()))
    found: Announcement | None = session.scalar(here)
    if found is None:
        raise problems.not_found("This announcement")
    return found


def is_for(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that an announcement is for the account that a client looks at."""
    named = exists().where(
        AnnouncementAccount.announcement_id == Announcement.id, AnnouncementAccount.account_id == caller.account_id
    )
    tagged = (
        exists()
        .where(AnnouncementTag.announcement_id == Announcement.id, AnnouncementTag.tag_id == AccountTag.tag_id)
        .where(AccountTag.account_id == caller.account_id)
    )
    return or_(
        Announcement.audience == "all",
        and_(Announcement.audience == "accounts", named),
        and_(Announcement.audience == "tags", tagged),
    )


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    begun, over = Announcement.starts_at <= now, Announcement.ends_at <= now
    open_ended = or_(Announcement.ends_at.is_(None), Announcement.ends_at > now)
    return {"current": and_(begun, open_ended), "planned": and_(~begun, open_ended), "past": over}[state]


def _accounts(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    pairs = session.execute(
        select(AnnouncementAccount.announcement_id, AnnouncementAccount.account_id).where(
            AnnouncementAccount.announcement_id.in_(list(ids))
        )
    ).all()
    known = names(session, {account_id for _id, account_id in pairs})
    found: dict[UUID, list[dict[str, Any]]] = {}
    for id, account_id in pairs:
        found.setdefault(id, []).append({"id": account_id, "name": known.get(account_id, "")})
    return {id: sorted(accounts, key=lambda account: account["name"].casefold()) for id, accounts in found.items()}


def _tags(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    statement = select(AnnouncementTag.announcement_id, Tag.id, Tag.name).join(Tag, Tag.id == AnnouncementTag.tag_id)
    chosen = statement.where(AnnouncementTag.announcement_id.in_(list(ids))).order_by(Tag.folded_name)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for id, tag_id, name in session.execute(chosen):
        found.setdefault(id, []).append({"id": tag_id, "name": name})
    return found


def _told(
    found: Announcement, accounts: list[dict[str, Any]], tags: list[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    return columns(found) | {"accounts": accounts, "tags": tags, "state": found.state(now)}

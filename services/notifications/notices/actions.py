"""Putting lines into inboxes, and marking them read."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.event import Event
from services.notifications.messages.actions import Content
from services.notifications.notices.models import Notice
from services.notifications.notices.queries import own


def put(session: Session, event: Event, user_id: UUID, content: Content, *, once: str | None = None) -> None:
    """Put a line into a person's inbox; what is there already stays as it is."""
    key = once or str(event.id)
    if session.scalars(select(Notice.id).where(Notice.once == key, Notice.user_id == user_id)).first():
        return
    session.add(
        Notice(
            id=new_id(),
            once=key,
            user_id=user_id,
            account_id=content.account_id,
            kind=content.kind,
            data=dict(content.data),
            path=content.path,
            created_at=event.time,
        )
    )
    session.flush()


def mark_read(session: Session, caller: Caller, ids: Iterable[UUID] | None) -> None:
    """Mark lines of the caller's inbox read: those of `ids`, or all."""
    statement = update(Notice).where(own(caller), Notice.read_at.is_(None))
    if ids is not None:
        statement = statement.where(Notice.id.in_(list(ids)))
    session.execute(statement.values(read_at=clock.now()))

"""The history of sign-ins: who came in, and which attempts were refused (B5). Kept for 90 days."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.identity.sessions.models import Device, SignInEvent, UserSession
from services.identity.sessions.schemas import Client
from services.identity.users.models import User

KEPT = timedelta(days=90)
STRANGERS_KEPT = timedelta(days=1)
"""Attempts on addresses that nobody here has; nobody could ever look at them."""


def came_in(session: Session, user: User, method: str, client: Client, session_id: UUID) -> None:
    """Note that a person signed in."""
    _note(session, user.kind, user.email_hash, method, client, user_id=user.id, session_id=session_id)


def turned_away(session: Session, user: User, method: str, client: Client, refusal: str) -> None:
    """Note that a person who proved who they are could not come in; `refusal` is the problem's code."""
    _note(session, user.kind, user.email_hash, method, client, user_id=user.id, refusal=refusal)


def refused(session: Session, kind: str, email_hash: str, method: str, client: Client, refusal: str) -> None:
    """Note a wrong secret. The work is the same whether anybody here has that address (threat 20)."""
    _note(session, kind, email_hash, method, client, refusal=refusal)


def _note(session: Session, kind: str, email_hash: str, method: str, client: Client, **outcome: Any) -> None:
    session.add(
        SignInEvent(
            kind=kind,
            email_hash=email_hash,
            method=method,
            ip=client.ip,
            user_agent=client.user_agent,
            at=clock.now(),
            **outcome,
        )
    )


def page(session: Session, user: User, *, cursor: UUID | None, limit: int) -> tuple[list[SignInEvent], UUID | None]:
    """Return a page of a person's history, the latest first, and the cursor of the next page."""
    found = select(SignInEvent).where(_of(user), SignInEvent.at > clock.now() - KEPT)
    if cursor:
        found = found.where(SignInEvent.id < cursor)
    rows = list(session.scalars(found.order_by(SignInEvent.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _of(user: User) -> ColumnElement[bool]:
    tried = and_(
        SignInEvent.user_id.is_(None),
        SignInEvent.email_hash == user.email_hash,
        SignInEvent.kind == user.kind,
        SignInEvent.at >= user.created_at,  # what was tried before is about somebody else
    )
    return or_(SignInEvent.user_id == user.id, tried)


def is_strange_device(session: Session, user_id: UUID, device: Device | None) -> bool:
    """Return whether somebody who signed in before now comes from a device not seen before."""
    if device is not None:
        return False
    return bool(session.scalar(select(exists().where(UserSession.user_id == user_id, UserSession.viewed_by.is_(None)))))


def forget_old(session: Session) -> None:
    """Delete what is older than 90 days, and after a day what concerns nobody here."""
    now = clock.now()
    session.execute(delete(SignInEvent).where(SignInEvent.at <= now - KEPT))
    somebody = exists().where(User.email_hash == SignInEvent.email_hash, User.kind == SignInEvent.kind)
    session.execute(
        delete(SignInEvent)
        .where(SignInEvent.user_id.is_(None), SignInEvent.at <= now - STRANGERS_KEPT, ~somebody)
        .execution_options(synchronize_session=False)
    )

"""What is told of sessions, devices and sign-ins: to the person, and to staff about a person (B5)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import forbidden, not_found
from services.identity.sessions import history, origin
from services.identity.sessions.models import Device, UserSession
from services.identity.settings import IdentitySettings
from services.identity.users.firm import firm
from services.identity.users.models import STAFF, User
from services.identity.users.queries import visible_to


def person(session: Session, caller: Caller, user_id: UUID) -> User:
    """Return the person whose sessions and history `caller` wants to see.

    Raises a `Problem`: 404 for one that the caller may not see, 403 for staff without `staff.manage`.
    """
    user: User | None = session.scalar(select(User).where(User.id == user_id, visible_to(caller)))
    if user is None:
        raise not_found("The user")
    if user.kind == STAFF and not caller.can("staff.manage"):
        raise forbidden("Only those who manage staff may do this.")
    return user


def open_sessions(session: Session, user: User, settings: IdentitySettings) -> list[UserSession]:
    """Return the sessions of a person that an exchange would take, the last used first. Views are not theirs."""
    now, limits = clock.now(), firm(session)
    rows = session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.viewed_by.is_(None))
        .where(UserSession.expires_at > now, UserSession.idle_at > now)
        .order_by(UserSession.last_seen_at.desc(), UserSession.id)
    )
    idle, lifetime = limits.idle(user.kind, settings), limits.lifetime(user.kind, settings)
    return [row for row in rows if now < min(row.last_seen_at + idle, row.created_at + lifetime)]


def devices(session: Session, user_id: UUID) -> Sequence[Device]:
    """Return the devices that a person signed in from, the last used first."""
    return session.scalars(
        select(Device).where(Device.user_id == user_id).order_by(Device.last_seen_at.desc(), Device.id)
    ).all()


def tell_sessions(
    rows: Sequence[UserSession], settings: IdentitySettings, locale: str, current: str | None = None
) -> list[dict[str, Any]]:
    """Return what is told of each session; `current` is the id of the caller's own."""
    return [
        {
            "id": row.id,
            "current": str(row.id) == current,
            "methods": row.methods,
            "started_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "expires_at": row.expires_at,
            **_origin(row.ip, row.user_agent, settings, locale),
        }
        for row in rows
    ]


def tell_devices(
    rows: Sequence[Device], settings: IdentitySettings, locale: str, current: UUID | None
) -> list[dict[str, Any]]:
    """Return what is told of each device; `current` is the one that the caller uses."""
    now = clock.now()
    return [
        {
            "id": row.id,
            "current": row.id == current,
            "first_seen_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "remembered_until": row.trusted_until if row.trusted_until and row.trusted_until > now else None,
            **_origin(row.ip or "", row.user_agent or "", settings, locale),
        }
        for row in rows
    ]


def tell_history(
    session: Session, user: User, settings: IdentitySettings, locale: str, *, cursor: UUID | None, limit: int
) -> dict[str, Any]:
    """Return a page of a person's sign-ins and refused attempts."""
    rows, following = history.page(session, user, cursor=cursor, limit=limit)
    items = [
        {
            "id": row.id,
            "at": row.at,
            "method": row.method,
            "refusal": row.refusal,
            **_origin(row.ip, row.user_agent, settings, locale),
        }
        for row in rows
    ]
    return {"items": items, "next": str(following) if following else None}


def _origin(ip: str, user_agent: str, settings: IdentitySettings, locale: str) -> dict[str, Any]:
    return {
        "ip": ip,
        "device": origin.device(user_agent),
        "place": origin.place(ip, settings.places_file, locale),
    }

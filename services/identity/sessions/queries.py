"""Reads of sessions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import hash_token
from services.identity.sessions.models import UserSession
from services.identity.users.models import AccountAccess, PortalAccount, User


def find_live(session: Session, token: str) -> tuple[UserSession, User] | None:
    """Return the session of that token and its user, unless it has ended, expired or idled out."""
    now = clock.now()
    row = session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == hash_token(token), UserSession.ended_at.is_(None))
        .where(UserSession.expires_at > now, UserSession.idle_at > now)
    ).first()
    return (row[0], row[1]) if row else None


def account_names(session: Session, accesses: Sequence[AccountAccess]) -> dict[UUID, str]:
    """Return the names of these accounts, as far as the portal has told them."""
    ids = {access.account_id for access in accesses}
    if not ids:
        return {}
    found = session.execute(select(PortalAccount.id, PortalAccount.name).where(PortalAccount.id.in_(ids)))
    return {row.id: row.name for row in found}

"""Reads of passwords and reset links."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import hash_token
from services.identity.passwords.models import PasswordCredential, PasswordReset
from services.identity.users.models import User

NOBODY = UUID(int=0)


def stored_hash(session: Session, user: User | None) -> str | None:
    """Return a user's password hash; the same query is made for nobody."""
    user_id = user.id if user else NOBODY
    return session.scalar(select(PasswordCredential.hash).where(PasswordCredential.user_id == user_id))


def has_password(session: Session, user: User) -> bool:
    """Return whether a user has set a password."""
    return stored_hash(session, user) is not None


def usable(now: datetime) -> tuple[Any, ...]:
    """Return the conditions under which a reset link still works."""
    return (PasswordReset.used_at.is_(None), PasswordReset.expires_at > now)


def find_reset(session: Session, token: str) -> tuple[PasswordReset, User] | None:
    """Return the reset of that link and its user, whatever their state."""
    row = session.execute(
        select(PasswordReset, User)
        .join(User, User.id == PasswordReset.user_id)
        .where(PasswordReset.token_hash == hash_token(token))
    ).first()
    return (row[0], row[1]) if row else None


def status(reset: PasswordReset) -> str:
    """Return how a reset link stands: open, used (or replaced) or expired."""
    if reset.used_at:
        return "used"
    return "open" if reset.expires_at > clock.now() else "expired"

"""Reads of invitations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import hash_token
from services.identity.invitations.models import Invitation
from services.identity.users.models import User


def usable(now: datetime) -> tuple[Any, ...]:
    """Return the conditions under which an invitation can be accepted."""
    return (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now)


def has_usable(session: Session, user_id: UUID) -> bool:
    """Return whether a user holds a link that still works."""
    return bool(session.scalar(select(exists().where(Invitation.user_id == user_id, *usable(clock.now())))))


def find(session: Session, token: str) -> tuple[Invitation, User] | None:
    """Return the invitation of that link and whom it invites, whatever their state."""
    row = session.execute(
        select(Invitation, User)
        .join(User, User.id == Invitation.user_id)
        .where(Invitation.token_hash == hash_token(token))
    ).first()
    return (row[0], row[1]) if row else None


def status(invitation: Invitation) -> str:
    """Return how an invitation stands: open, accepted, revoked or expired."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.revoked_at:
        return "revoked"
    return "open" if invitation.expires_at > clock.now() else "expired"

"""Ceremonies: a challenge for one browser and one purpose, good once and for five minutes (threat 19)."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import hash_token, new_token
from services.identity.passkeys.models import Ceremony

CEREMONY_LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Begun:
    """A ceremony under way: what the browser keeps, and the challenge that the authenticator signs."""

    token: str
    challenge: bytes


def begin(
    session: Session,
    purpose: str,
    *,
    kind: str | None = None,
    first_factor_id: UUID | None = None,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
) -> Begun:
    """Begin a ceremony for `purpose`, which alone can use it."""
    now, token, challenge = clock.now(), new_token(), secrets.token_bytes(32)
    session.add(
        Ceremony(
            token_hash=hash_token(token),
            purpose=purpose,
            challenge=urlsafe_b64encode(challenge).decode().rstrip("="),
            kind=kind,
            first_factor_id=first_factor_id,
            user_id=user_id,
            session_id=session_id,
            created_at=now,
            expires_at=now + CEREMONY_LIFE,
        )
    )
    return Begun(token, challenge)


def take(session: Session, token: str, purpose: str, *, session_id: UUID | None = None) -> Ceremony | None:
    """Use a ceremony up and return it; None for one that is unknown, used, too old or of another purpose or session."""
    ceremony_id = session.scalar(
        update(Ceremony)
        .where(Ceremony.token_hash == hash_token(token), Ceremony.purpose == purpose)
        .where(Ceremony.session_id == session_id, Ceremony.used_at.is_(None), Ceremony.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(Ceremony.id)
        .execution_options(synchronize_session=False)
    )
    return session.get(Ceremony, ceremony_id) if ceremony_id else None

"""Authenticator apps, recovery codes, and sign-ins that wait for their second factor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.identity.models import Model

MAX_TRIES = 5


class Authenticator(Model):
    """A user's authenticator app (TOTP, RFC 6238). Its secret rests sealed for identity.

    A new secret is `pending` until a code of it was given; the one before counts until then. `last_step` is the
    time step of the last code that was taken: no code of it or an earlier one counts again.
    """

    __tablename__ = "authenticators"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret_sealed: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    pending_sealed: Mapped[str | None] = mapped_column(Text)
    pending_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """One of a user's recovery codes: its hash, sealed for identity, so that a stolen table cannot be tried out."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Moment]
    used_at: Mapped[datetime | None]


class Challenge(Model):
    """Somebody gave a right first factor, `method`, and owes a second one. The browser holds the token."""

    __tablename__ = "challenges"
    __table_args__ = (
        CheckConstraint("tries <= 5", name="tries"),
        Index("ix_challenges_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    method: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    consumed_at: Mapped[datetime | None]

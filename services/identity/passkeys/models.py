"""Passkeys, and the ceremonies under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.identity.models import Model

SIGN_IN, REGISTER, PROOF = "sign_in", "register", "proof"


class Passkey(Model):
    """A user's public key credential. `credential_id` and `public_key` (COSE) are base64url."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[JsonData]
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Moment]
    last_used_at: Mapped[datetime | None]


class Ceremony(Model):
    """One registration or one use of a passkey. The browser holds the token; `challenge` counts once, for it alone.

    `kind` is that of the sign-in, `first_factor_id` the challenge that it answers if there was a first factor;
    `user_id` and `session_id` are those of the person who registers or proves anew.
    """

    __tablename__ = "passkey_ceremonies"
    __table_args__ = (Index("ix_passkey_ceremonies_expires_at", "expires_at"),)

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    challenge: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str | None] = mapped_column(String(10))
    first_factor_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    session_id: Mapped[UUID | None]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None]

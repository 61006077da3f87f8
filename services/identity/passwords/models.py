"""Passwords and the links by which a forgotten one is replaced."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.identity.models import Model


class PasswordCredential(Model):
    """A user's password as an argon2id hash. `is_short` ones are long enough only beside a second factor."""

    __tablename__ = "password_credentials"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[Moment]
    is_short: Mapped[bool] = mapped_column(default=False, server_default=false())


class PasswordReset(Model):
    """Somebody forgot a password. The row is made for unknown addresses too; only a known one gets a link."""

    __tablename__ = "password_resets"
    __table_args__ = (Index("ix_password_resets_expires_at", "expires_at"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    email_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    requested_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    handled_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

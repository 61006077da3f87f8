"""Invitations by which a user is claimed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Json, Moment
from services.identity.models import Model

_OPEN = text("accepted_at IS NULL AND revoked_at IS NULL")


class Invitation(Model):
    """A single-use link. A user has one open invitation at most; a new one revokes the one before."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("uq_invitations_open", "user_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_invitations_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[UUID | None]
    invited_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

"""Sessions, and the devices that a person signed in from before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.identity.models import Model


class UserSession(Model):
    """One sign-in. The browser holds the token; only its hash is here. Over when ended, expired or idle too long.

    A session with `viewed_by` is that member of staff who looks at the portal as the user (B9); it lasts no
    longer than the session `viewed_from`.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id_ended_at", "user_id", "ended_at"),)

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    account_id: Mapped[UUID | None]
    methods: Mapped[JsonData]
    created_at: Mapped[Moment]
    authenticated_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    idle_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ip: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    device_id: Mapped[UUID | None]
    viewed_by: Mapped[UUID | None]
    viewed_by_name: Mapped[str | None] = mapped_column(String(200))
    viewed_from: Mapped[UUID | None] = mapped_column(index=True)


class Device(Model):
    """A browser that signed in before: an attacker who fails elsewhere does not slow it down (threat 22).

    Until `trusted_until` no second factor is asked for there: the person had it remembered.
    """

    __tablename__ = "devices"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment] = mapped_column(index=True)
    trusted_until: Mapped[datetime | None]
    user_agent: Mapped[str | None] = mapped_column(String(300))
    ip: Mapped[str | None] = mapped_column(String(64))


class SignInEvent(Model):
    """Somebody came in, or was refused (`refusal` is why).

    A wrong secret is kept under the address' hash and without a user, so that an unknown address costs the same
    work as a known one (threat 20).
    """

    __tablename__ = "sign_in_events"
    __table_args__ = (
        Index("ix_sign_in_events_user_id_id", "user_id", "id"),
        Index("ix_sign_in_events_email_hash_id", "email_hash", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    email_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(String(20))
    refusal: Mapped[str | None] = mapped_column(String(40))
    ip: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))
    at: Mapped[Moment] = mapped_column(index=True)

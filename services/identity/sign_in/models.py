"""Sign-ins under way, and the counts that slow guessing down."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.identity.models import Model

MAX_TRIES = 5


class SignInFlow(Model):
    """Somebody asked for a code. The row is made for unknown addresses too; only a known one is sent a code.

    The browser that asked holds the token, and the code counts in that flow alone (threat 19). `code_sealed`
    is the code's hash, sealed for identity: a hash of six digits alone could be tried out from a stolen table.
    A flow with `session_id` proves anew who the person of that session is, and opens none; one with `mobile`
    confirms that number, and nothing else.
    """

    __tablename__ = "sign_in_flows"
    __table_args__ = (
        CheckConstraint("tries <= 5", name="tries"),
        Index("ix_sign_in_flows_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    email_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    code_sealed: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    session_id: Mapped[UUID | None] = mapped_column(index=True)
    mobile: Mapped[str | None] = mapped_column(String(20))
    handled_at: Mapped[datetime | None]
    consumed_at: Mapped[datetime | None]


class Throttle(Model):
    """How often something was tried: `subject` is a hash of what is counted (`throttle.py`)."""

    __tablename__ = "throttles"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[Moment]
    last_at: Mapped[Moment] = mapped_column(index=True)

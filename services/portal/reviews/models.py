"""Reviews, and the firm's requests for one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json, UtcDateTime
from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model

MOST_STARS = 5
LONGEST = 2000
"""The most characters of a comment, and of the firm's answer."""
_UNANSWERED = text("answered_at IS NULL")
_OPEN = text("answered_at IS NULL AND revoked_at IS NULL")


class Review(Model):
    """How a person rated the firm's service on one day, in the firm's time zone; a new one every day at most.

    `contact_id` names no row for certain: it is that of the person's passport.
    """

    __tablename__ = "reviews"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    contact_id: Mapped[Ref]
    by: Mapped[JsonData]
    day: Mapped[date]
    stars: Mapped[int]
    comment: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint(f"stars BETWEEN 1 AND {MOST_STARS}", name="stars"),
        UniqueConstraint("contact_id", "day"),
        Index("ix_reviews_account_id", "account_id", "created_at", "id"),
        Index("ix_reviews_created_at", "created_at", "id"),
        Index("ix_reviews_stars", "stars", "created_at", "id"),
        Index("ix_reviews_unanswered", "updated_at", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
    )


class ReviewRequest(Model):
    """The firm asked a person to rate its service. Of a person one is open at most; its link works once.

    `token_hash` is all that is kept of the link; `review_id` names the review that answered it.
    """

    __tablename__ = "review_requests"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    requested_by: Mapped[JsonData]
    requested_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_id: Mapped[Ref | None]

    __table_args__ = (
        Index("uq_review_requests_open", "contact_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_review_requests_account_id", "account_id", "requested_at"),
    )

"""Announcements, whom they are for, and who has read them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import UtcDateTime
from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model

AUDIENCES = ("all", "accounts", "tags")
STATES = ("current", "planned", "past")
MOST_ACCOUNTS = 500
"""How many clients one announcement may name."""
MOST_TAGS = 50


class Announcement(Model):
    """What clients read from `starts_at` until `ends_at`, in their language."""

    __tablename__ = "announcements"

    id: Mapped[Id]
    titles: Mapped[JsonData]
    texts: Mapped[JsonData]
    audience: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[Moment]
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="span"),
        Index("ix_announcements_starts_at", "starts_at"),
    )

    def state(self, now: datetime) -> str:
        """Return whether it is current at `now`, planned or past."""
        if self.ends_at and self.ends_at <= now:
            return "past"
        return "planned" if self.starts_at > now else "current"


class AnnouncementAccount(Model):
    """A client that an announcement for chosen clients is for."""

    __tablename__ = "announcement_accounts"
    __table_args__ = (Index("ix_announcement_accounts_account_id", "account_id"),)

    announcement_id: Mapped[UUID] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)


class AnnouncementTag(Model):
    """A tag whose clients an announcement is for. A tag that is gone has no clients, so nothing has to go with it."""

    __tablename__ = "announcement_tags"

    announcement_id: Mapped[UUID] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[Ref] = mapped_column(primary_key=True)


class AnnouncementRead(Model):
    """A person has read an announcement."""

    __tablename__ = "announcement_reads"

    announcement_id: Mapped[UUID] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    read_at: Mapped[Moment]

"""The activity history."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model


class Activity(Model):
    """One thing that somebody did. An entry about a person (`user_id`) and no account stands in each of theirs."""

    __tablename__ = "activity"

    id: Mapped[Id]
    account_id: Mapped[Ref | None]
    user_id: Mapped[Ref | None]
    kind: Mapped[str] = mapped_column(String(80))
    by: Mapped[JsonData]
    at: Mapped[Moment]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Ref]
    title: Mapped[str] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_activity_account_id", "account_id", "at", "id"),
        Index("ix_activity_user_id", "user_id", "at"),
    )

"""The inbox inside the portal and the admin. (The table named `inbox` is that of received events.)"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref, UtcDateTime
from services.notifications.models import Model


class Notice(Model):
    """One line in a person's inbox. Its words are made when it is read, in the reader's language of that day."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("once", "user_id"),
        Index("ix_notices_user", "user_id", "id"),
    )

    id: Mapped[Id]
    once: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[Ref]
    account_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(60))
    data: Mapped[JsonData]
    path: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

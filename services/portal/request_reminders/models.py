"""What the firm set of reminders."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.portal.models import Model


class ReminderSettings(Model):
    """When clients are reminded of a request that is due: some days before, on the day, and then every few days."""

    __tablename__ = "request_reminder_settings"

    id: Mapped[Id]
    singleton: Mapped[int] = mapped_column(default=1, unique=True)
    active: Mapped[bool]
    days_before: Mapped[int]
    on_the_day: Mapped[bool]
    every_days: Mapped[int]
    most: Mapped[int]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("singleton = 1", name="singleton"),)

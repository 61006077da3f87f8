"""What people have switched off."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Moment, Ref
from services.notifications.models import Model


class Preference(Model):
    """Whether a person wants one kind of message by one channel. What has no row is wanted."""

    __tablename__ = "preferences"

    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    enabled: Mapped[bool]
    changed_at: Mapped[Moment]

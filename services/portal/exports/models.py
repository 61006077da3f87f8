"""The exports that were made: by whom, when, and of which clients."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model


class ClientExport(Model):
    """One export. `rows` is how many went out; None while it runs, and where it broke off."""

    __tablename__ = "client_exports"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    filters: Mapped[JsonData]
    by: Mapped[JsonData]
    at: Mapped[Moment]
    rows: Mapped[int | None]

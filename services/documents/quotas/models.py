"""How many bytes a client's documents may take."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import JsonData, Moment, Ref
from services.documents.models import Model

EVERY_CLIENT = UUID(int=0)
"""Under this id stands what holds for clients without a quota of their own."""


class Quota(Model):
    """The most that the documents of an account may take; `bytes` None is without limit."""

    __tablename__ = "quotas"

    account_id: Mapped[Ref] = mapped_column(primary_key=True)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    set_by: Mapped[JsonData]
    set_at: Mapped[Moment]

"""Tags and which accounts have them."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.portal.models import Model

COLORS = ("grey", "blue", "green", "amber", "red", "violet", "teal")
"""The colours that a tag may have: those of the design, with enough contrast in light and dark."""
MOST_TAGS = 200
MOST_ON_ACCOUNT = 20


class Tag(Model):
    """A tag. `folded_name` is its name without case and accents: two tags do not differ by these alone."""

    __tablename__ = "tags"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    folded_name: Mapped[str] = mapped_column(String(80), unique=True)
    color: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[Moment]


class AccountTag(Model):
    """That an account has a tag."""

    __tablename__ = "account_tags"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey("tags.id"), primary_key=True)

    __table_args__ = (Index("ix_account_tags_tag_id", "tag_id", "account_id"),)

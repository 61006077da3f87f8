"""The answers that the firm keeps ready."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model

PLACEHOLDERS = ("client", "contact", "case", "staff")
"""What a text may name in braces: {client}, {contact}, {case}, {staff}."""


class CannedAnswer(Model):
    """An answer kept ready: a title for the staff, and its text in each language that was written."""

    __tablename__ = "canned_answers"

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(String(120))
    texts: Mapped[JsonData]
    sort_title: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_canned_answers_sort_title", "sort_title", "id"),)

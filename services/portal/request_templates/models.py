"""The requests that the firm keeps ready."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model


class RequestTemplate(Model):
    """A request kept ready. `texts` holds title and message by language, where they were written in others too.

    `items` is its checklist; one that is archived is offered no more.
    """

    __tablename__ = "request_templates"

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    texts: Mapped[JsonData]
    items: Mapped[JsonData]
    due_days: Mapped[int | None]
    reminders: Mapped[bool]
    sort_title: Mapped[str] = mapped_column(String(200))
    archived_at: Mapped[Moment | None]
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_request_templates_sort_title", "sort_title", "id"),)

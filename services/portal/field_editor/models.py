"""The fields of each block: the built-in ones, the firm's own, their sections, and what stands in the firm's own."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json, in_order_of_characters
from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model

KINDS = ("text", "number", "date", "choice", "flag", "email", "phone", "file")
"""What a field of the firm's own may hold."""
MODES = ("optional", "mandatory", "read_only", "hidden")
"""What a client may do with a field: edit it, has to fill it, only reads it, never sees it (S26)."""
NEVER_EMPTY = ("read_only", "mandatory")
SIGN_IN_NUMBER = ("optional", "mandatory", "read_only")
"""A number for sign-in stands among the person's own means of sign-in: it cannot be kept from them."""
FIRM_DECIDES = ("read_only", "hidden")
CASE_MODES = ("optional", "read_only", "hidden")


@dataclass(frozen=True)
class Field:
    """A built-in field. A `fixed` one is always active: without it the record would be no record."""

    name: str
    kind: str
    fixed: bool = False
    active: bool = True
    """Whether it is active in a new installation."""
    blank: Any = None
    """What stands in it as long as it is inactive."""
    mode: str = "hidden"
    """What a client may do with it as long as the firm has not decided."""
    modes: tuple[str, ...] = ()
    """What the firm may choose; empty where there is nothing to choose."""


BLOCKS: dict[str, tuple[Field, ...]] = {
    "account": (
        Field("kind", "choice", fixed=True, mode="read_only", modes=FIRM_DECIDES),
        Field("name", "text", fixed=True, mode="read_only", modes=NEVER_EMPTY),
        Field("tax_number", "text", blank="", mode="read_only", modes=MODES),
        Field("email", "email", blank="", mode="read_only", modes=MODES),
        Field("phone", "phone", blank="", mode="read_only", modes=MODES),
        Field("address", "text", blank="", mode="read_only", modes=MODES),
        Field("locale", "choice", fixed=True),
        Field("adviser_id", "choice", fixed=True, mode="read_only", modes=FIRM_DECIDES),
        Field("client_since", "date", mode="read_only", modes=FIRM_DECIDES),
        Field("is_test", "flag", fixed=True),
    ),
    "contact": (
        Field("name", "text", fixed=True, mode="read_only", modes=NEVER_EMPTY),
        Field("email", "email", fixed=True, mode="read_only"),
        Field("mobile", "phone", mode="read_only", modes=SIGN_IN_NUMBER),
        Field("locale", "choice", fixed=True),
        Field("timezone", "choice", fixed=True),
        Field("role", "choice", fixed=True, mode="read_only"),
        Field("portal_user", "flag", active=False),
        Field("support_start", "date", active=False),
        Field("support_end", "date", active=False),
    ),
    "case": (
        Field("title", "text", fixed=True, mode="read_only", modes=("read_only",)),
        Field("status", "choice", fixed=True, mode="read_only", modes=CASE_MODES),
        Field("priority", "choice", blank="normal", mode="hidden", modes=CASE_MODES),
        Field("case_type", "choice", mode="hidden", modes=CASE_MODES),
        Field("description", "text", mode="read_only", modes=CASE_MODES),
        Field("adviser_id", "choice", mode="hidden", modes=CASE_MODES),
        Field("opened_on", "date", mode="read_only", modes=CASE_MODES),
        Field("due_on", "date", mode="hidden", modes=CASE_MODES),
    ),
}
"""The built-in fields of each block, in the order in which forms show them."""


class FieldSetting(Model):
    """What the firm decided of one field; without a row a built-in one is as in a new installation.

    Every field of the firm's own has one. `position` None is the place in a new installation.
    """

    __tablename__ = "field_settings"

    block: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    active: Mapped[bool]
    mode: Mapped[str | None] = mapped_column(String(20))
    section_id: Mapped[Ref | None]
    position: Mapped[int | None]
    changed_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    changed_at: Mapped[Moment]


class FieldSection(Model):
    """A section of a block: fields that stand together under a name."""

    __tablename__ = "field_sections"

    id: Mapped[Id]
    block: Mapped[str] = mapped_column(String(20))
    labels: Mapped[JsonData]
    position: Mapped[int]

    __table_args__ = (Index("ix_field_sections_block", "block", "position"),)


class CustomField(Model):
    """A field of the firm's own. `labels` and `hints` are by language; `name` is what the API calls it.

    `options` of a choice: value, labels, retired. A retired one stays where it stands and is offered no more.
    """

    __tablename__ = "custom_fields"

    id: Mapped[Id]
    block: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    labels: Mapped[JsonData]
    hints: Mapped[JsonData]
    options: Mapped[JsonData]
    required: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("kind IN ('text', 'number', 'date', 'choice', 'flag', 'email', 'phone', 'file')", name="kind"),
        UniqueConstraint("block", "name", name="uq_custom_fields_block_name"),
    )


SORTED_LENGTH = 200
SortText = in_order_of_characters(SORTED_LENGTH)


def _by_value(column: str) -> Index:
    """Return the index by which the owners of a value are found, and put in its order."""
    filled = text(f"{column} IS NOT NULL")
    name = f"ix_field_values_{column}"
    return Index(name, "field_id", column, "owner_id", sqlite_where=filled, postgresql_where=filled)


class FieldValue(Model):
    """What stands in a field of the firm's own, of one account, contact or case. An empty field has no row.

    Text, a choice's value and a document's id stand in `text_value`, and folded in `sort_text`; yes is the number 1.
    """

    __tablename__ = "field_values"

    field_id: Mapped[UUID] = mapped_column(ForeignKey("custom_fields.id"), primary_key=True)
    owner_id: Mapped[Ref] = mapped_column(primary_key=True)
    text_value: Mapped[str | None] = mapped_column(Text)
    sort_text: Mapped[str | None] = mapped_column(SortText)
    number_value: Mapped[float | None] = mapped_column(Double)
    date_value: Mapped[date | None]

    __table_args__ = (
        Index("ix_field_values_owner_id", "owner_id"),
        _by_value("sort_text"),
        _by_value("number_value"),
        _by_value("date_value"),
    )

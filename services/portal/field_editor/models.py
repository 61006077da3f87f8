"""The built-in fields of each block, and which the firm has switched on or off."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Moment
from services.portal.models import Model


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


BLOCKS: dict[str, tuple[Field, ...]] = {
    "account": (
        Field("kind", "choice", fixed=True),
        Field("name", "text", fixed=True),
        Field("tax_number", "text", blank=""),
        Field("email", "email", blank=""),
        Field("phone", "phone", blank=""),
        Field("address", "text", blank=""),
        Field("locale", "choice", fixed=True),
        Field("adviser_id", "choice", fixed=True),
        Field("client_since", "date"),
        Field("is_test", "flag", fixed=True),
    ),
    "contact": (
        Field("name", "text", fixed=True),
        Field("email", "email", fixed=True),
        Field("mobile", "phone"),
        Field("locale", "choice", fixed=True),
        Field("timezone", "choice", fixed=True),
        Field("role", "choice", fixed=True),
        Field("portal_user", "flag", active=False),
        Field("support_start", "date", active=False),
        Field("support_end", "date", active=False),
    ),
}
"""The fields of each block, in the order in which forms show them."""


class FieldSetting(Model):
    """What the firm decided of one field; without a row it is as in a new installation."""

    __tablename__ = "field_settings"

    block: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    active: Mapped[bool]
    changed_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    changed_at: Mapped[Moment]

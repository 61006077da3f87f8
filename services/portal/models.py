"""The model base of the portal's tables."""

from typing import Any

from services.chassis.database import model_base


class Model(model_base()):  # type: ignore[misc]
    """Base of every table of this service."""

    __abstract__ = True


def columns(row: Any) -> dict[str, Any]:
    """Return the columns of `row` by name."""
    return {attribute.key: getattr(row, attribute.key) for attribute in row.__mapper__.column_attrs}

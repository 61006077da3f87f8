"""Pages of a list by keyset: the cursor holds where the last row stood, so that no row is skipped or shown twice."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, or_
from sqlalchemy.orm import Session

from services.chassis import problems

Rows = Select[*tuple[Any, ...]]
"""A query for rows of any columns."""


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by `column`, equal ones by `key` (unique). `parse` reads the column from a cursor."""

    column: Any
    key: Any
    parse: Callable[[str], Any] = str
    descending: bool = False

    def clauses(self) -> list[ColumnElement[Any]]:
        """Return the ORDER BY of this order."""
        if self.descending:
            return [self.column.desc(), self.key.desc()]
        return [self.column.asc(), self.key.asc()]

    def after(self, cursor: str) -> ColumnElement[bool]:
        """Return the condition that a row stands after `cursor`; raise 422 for a cursor that we did not make."""
        value, key = _decode(cursor, self.parse)
        beyond = self.column < value if self.descending else self.column > value
        beyond_key = self.key < key if self.descending else self.key > key
        return or_(beyond, and_(self.column == value, beyond_key))


def page(
    session: Session,
    statement: Rows,
    order: Order,
    cursor: str | None,
    limit: int,
    value: str,
    key: str = "id",
) -> tuple[list[Row[*tuple[Any, ...]]], str | None]:
    """Return at most `limit` rows of `statement` after `cursor`, and the next cursor or None.

    `value` and `key` name the attributes of a row that `order` orders by.
    """
    if cursor:
        statement = statement.where(order.after(cursor))
    rows = list(session.execute(statement.order_by(*order.clauses()).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    return rows, _encode(getattr(rows[-1], value), getattr(rows[-1], key)) if more else None


def _encode(value: str | datetime | date, key: UUID) -> str:
    text = value if isinstance(value, str) else value.isoformat()
    return base64.urlsafe_b64encode(orjson.dumps([text, str(key)])).decode().rstrip("=")


def _decode(cursor: str, parse: Callable[[str], Any]) -> tuple[Any, UUID]:
    try:
        text, key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return parse(text), UUID(key)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise problems.invalid({"cursor": ["This page is gone. Start the list again."]}) from None

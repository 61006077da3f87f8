"""Pages of a list that is ordered by several columns, by keyset."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.paging import Rows

NAMES = ("by_day", "by_moment", "by_age", "kind", "id")
PARSE: tuple[Callable[[str], Any], ...] = (
    date.fromisoformat,
    datetime.fromisoformat,
    datetime.fromisoformat,
    str,
    UUID,
)


def page(
    session: Session, statement: Rows, order: Sequence[Any], cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """Return at most `limit` rows after `cursor`, and the next cursor or None; raise 422 for a cursor not of ours.

    `order` are the columns, all ascending and together unique; a row has them under NAMES.
    """
    columns = [getattr(column, "element", column) for column in order]
    if cursor:
        statement = statement.where(_after(columns, _decode(cursor)))
    rows = list(session.execute(statement.order_by(*columns).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    return rows, _encode(rows[-1]) if more else None


def _after(columns: Sequence[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a row stands after the one with these values."""
    equal: list[ColumnElement[bool]] = []
    found: list[ColumnElement[bool]] = []
    for column, value in zip(columns, values, strict=True):
        found.append(and_(*equal, column > value))
        equal.append(column == value)
    return or_(*found)


def _encode(row: Any) -> str:
    values = [getattr(row, name) for name in NAMES]
    plain = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _decode(cursor: str) -> list[Any]:
    try:
        texts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [parse(text) for parse, text in zip(PARSE, texts, strict=True)]
        if values[1].tzinfo is None or values[2].tzinfo is None:
            raise ValueError(cursor)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise problems.invalid({"cursor": ["This page is gone. Start the list again."]}) from None
    return values

"""Records found, and put in order, by what stands in a field of the firm's own. Each goes by one index."""

import base64
import binascii
import math
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from marshmallow import ValidationError
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.schemas import clean_text
from services.portal.field_editor.definitions import Definition, custom_fields
from services.portal.field_editor.kinds import parse, row_of, sort_column, sort_text
from services.portal.field_editor.models import FieldValue
from services.portal.paging import Rows

OPERATORS = ("is", "begins", "from", "to", "filled", "empty")
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Filter:
    """Whose field `name` is that value, begins with it, is at least or at most it, is filled or empty."""

    name: str
    operator: str = "is"
    value: Any = None


def active_field(session: Session, block: str, name: str) -> Definition:
    """Return an active field of the firm's own; raise 422 where there is none of that name."""
    found = custom_fields(session, block).get(name)
    if found is None or not found.active:
        raise problems.invalid({f"custom.{name}": ["There is no such field."]})
    return found


def matching(session: Session, block: str, wanted: Filter, owner_id: Any) -> ColumnElement[bool]:
    """Return the condition that the record of the column `owner_id` is `wanted`; raise 422 for what makes no sense.

    Example: `select(Account).where(matching(session, "account", Filter("sector", "is", "food"), Account.id))`.
    """
    field = active_field(session, block, wanted.name)
    has = exists().where(FieldValue.field_id == field.id, FieldValue.owner_id == owner_id)
    if wanted.operator in ("filled", "empty"):
        return has if wanted.operator == "filled" else ~has
    owners = select(FieldValue.owner_id).where(FieldValue.field_id == field.id, _compared(field, wanted))
    return owner_id.in_(owners)  # type: ignore[no-any-return]


def page_by_field(
    session: Session,
    statement: Rows,
    field: Definition,
    owner_id: Any,
    cursor: str | None,
    limit: int,
    *,
    descending: bool = False,
) -> tuple[list[UUID], str | None]:
    """Return the ids of a page of `statement` in the order of `field`, and the next cursor or None.

    Records without a value come last, in the order of their ids. `owner_id` is the id column of the records.
    """
    after = _decode(field, cursor) if cursor else None
    found: list[tuple[Any, UUID]] = []
    if after is None or after[0] is not None:
        found = _with_value(session, statement, field, owner_id, after, limit + 1, descending)
    if len(found) <= limit:
        key = after[1] if after and after[0] is None else None
        found += _without_value(session, statement, field, owner_id, key, limit + 1 - len(found))
    rows, more = found[:limit], len(found) > limit
    return [row[1] for row in rows], _encode(*rows[-1]) if more else None


def _compared(field: Definition, wanted: Filter) -> ColumnElement[bool]:
    column = getattr(FieldValue, sort_column(field.kind))
    if wanted.operator == "begins" and sort_column(field.kind) == "sort_text":
        start = sort_text(_of_text(field, wanted.value))
        return and_(column >= start, column < start + LAST)
    value = _of_kind(field, wanted.value)
    match wanted.operator:
        case "is":
            return column == value  # type: ignore[no-any-return]
        case "from":
            return column >= value  # type: ignore[no-any-return]
        case "to":
            return column <= value  # type: ignore[no-any-return]
    raise problems.invalid({f"custom.{field.name}": ["This field cannot be searched in this way."]})


def _of_text(field: Definition, value: Any) -> str:
    try:
        return clean_text(str(value or ""))
    except ValidationError as error:
        raise problems.invalid({f"custom.{field.name}": [str(text) for text in error.messages]}) from None


def _of_kind(field: Definition, value: Any) -> Any:
    options = [{**option, "retired": False} for option in field.options]
    try:
        found = parse(field.kind, value, options)
    except ValidationError as error:
        raise problems.invalid({f"custom.{field.name}": [str(text) for text in error.messages]}) from None
    if found is None:
        raise problems.invalid({f"custom.{field.name}": ["Fill this in."]})
    return row_of(field.kind, found)[sort_column(field.kind)]


def _with_value(
    session: Session,
    statement: Rows,
    field: Definition,
    owner_id: Any,
    after: tuple[Any, UUID] | None,
    limit: int,
    descending: bool,
) -> list[tuple[Any, UUID]]:
    column, key = getattr(FieldValue, sort_column(field.kind)), FieldValue.owner_id
    same = and_(FieldValue.owner_id == owner_id, FieldValue.field_id == field.id, column.is_not(None))
    rows = statement.with_only_columns(column, key).where(same)
    if after:
        value, id = after
        beyond = column < value if descending else column > value
        beyond_key = key < id if descending else key > id
        rows = rows.where(or_(beyond, and_(column == value, beyond_key)))
    order = (column.desc(), key.desc()) if descending else (column.asc(), key.asc())
    return [(row[0], row[1]) for row in session.execute(rows.order_by(*order).limit(limit))]


def _without_value(
    session: Session, statement: Rows, field: Definition, owner_id: Any, after: UUID | None, limit: int
) -> list[tuple[Any, UUID]]:
    has = exists().where(FieldValue.field_id == field.id, FieldValue.owner_id == owner_id)
    rows = statement.with_only_columns(owner_id).where(~has)
    rows = rows.where(owner_id > after) if after else rows
    return [(None, row[0]) for row in session.execute(rows.order_by(owner_id).limit(limit))]


def _encode(value: Any, id: UUID) -> str:
    told = value.isoformat() if isinstance(value, date) else value
    return base64.urlsafe_b64encode(orjson.dumps([told, str(id)])).decode().rstrip("=")


def _decode(field: Definition, cursor: str) -> tuple[Any, UUID]:
    try:
        told, id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return None if told is None else _told(field, told), UUID(id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise problems.invalid({"cursor": ["This page is gone. Start the list again."]}) from None


def _told(field: Definition, told: Any) -> Any:
    match sort_column(field.kind):
        case "date_value":
            return date.fromisoformat(told)
        case "number_value":
            number = float(told)
            if not math.isfinite(number):
                raise ValueError(told)
            return number
    if "\x00" in str(told):  # no database keeps one, and PostgreSQL refuses to be asked for it
        raise ValueError(told)
    return str(told)

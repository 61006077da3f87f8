"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    String,
    Text,
    Uuid,
    bindparam,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562, section 5.7): unique, and in the order of its making."""
    return uuid_utils.compat.uuid7()


def id_at(moment: datetime) -> UUID:
    """Return the lowest UUIDv7 of that millisecond: ids made before it are lower, ids made later higher."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | 0x7000 << 64 | 0x8 << 60)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: an aware UTC datetime going in and coming out. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def in_order_of_characters(length: int) -> String:
    """Return the type of text that either database puts in the order of its characters.

    An index then also finds what begins with something.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Json = JSON().with_variant(JSONB(), "postgresql")

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Ref = Annotated[UUID, mapped_column(Uuid)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
CountingUp = BigInteger().with_variant(Integer, "sqlite")
Counter = Annotated[int, mapped_column(CountingUp, primary_key=True)]
"""A key that the database counts up by itself."""
JsonData = Annotated[Any, mapped_column(Json)]
Money = Annotated[int, mapped_column(BigInteger)]
"""An amount in the minor units of the currency beside it."""


class _Numbers(FunctionElement[int]):
    """The numbers in a JSON array, as rows: one parameter, however many there are."""

    inherit_cache = True


@compiles(_Numbers, "sqlite")
def _numbers_on_sqlite(element: _Numbers, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kwargs)}))"  # noqa: S608 - one bound parameter


@compiles(_Numbers, "postgresql")
def _numbers_on_postgresql(element: _Numbers, compiler: SQLCompiler, **kwargs: Any) -> str:
    array = compiler.process(element.clauses, **kwargs)
    return f"(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST({array} AS JSON)))"  # noqa: S608 - one bound parameter


def among(column: Column[int], parameter: str) -> ColumnElement[bool]:
    """Return the condition that `column` is in the JSON array given as `parameter` when the statement runs.

    For hundreds of numbers, with which `in_` takes milliseconds to write the statement.
    """
    return column.op("IN", is_comparison=True, return_type=Boolean())(_Numbers(bindparam(parameter, type_=Text)))

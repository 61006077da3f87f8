"""Finding a piece of text anywhere in a column, alike on SQLite and PostgreSQL, and quickly at 100,000 rows.

The condition is `LIKE '%piece%'`. On PostgreSQL one stands beside it that says no more and can use an index: a GIN
index over the three-letter pieces of the column. A function of ours makes them, as the role of a service need not be
allowed to add extensions (pg_trgm does the same: https://www.postgresql.org/docs/current/pgtrgm.html). Its cost, as
measured, keeps the planner from making the pieces of row after row where the index would tell.

SQLite goes through the rows, unless the table has a word index: an FTS5 table beside it, kept by triggers
(https://sqlite.org/fts5.html, "External Content Tables"), which knows the words of a column by their beginning.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Index, Text, and_, bindparam, func, literal_column, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

LENGTH = 3
WORD_INDEX = "fts_"
"""What the names of word indexes begin with; they are no tables of a model."""
DIALECT = "postgresql"
_CREATE = """
CREATE OR REPLACE FUNCTION text_pieces(whole text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
COST 3000 AS $$
    SELECT coalesce(array_agg(DISTINCT substr(whole, place, 3) COLLATE "C"), '{}')
    FROM generate_series(1, length(whole) - 2) AS place
$$
"""


_WORD_INDEX = (
    "CREATE VIRTUAL TABLE {name} USING fts5({column}, content='{table}', content_rowid='{key}', tokenize='{by}')",
    "CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {add}; END",
    "CREATE TRIGGER {name}_removed AFTER DELETE ON {table} BEGIN {remove}; END",
    "CREATE TRIGGER {name}_changed AFTER UPDATE OF {column} ON {table} BEGIN {remove}; {add}; END",
)
_ADD = "INSERT INTO {name} (rowid, {column}) VALUES (new.{key}, new.{column})"
_REMOVE = "INSERT INTO {name} ({name}, rowid, {column}) VALUES ('delete', old.{key}, old.{column})"


class _HasPieces(FunctionElement[bool]):
    """That the column (first) has every one of the pieces (second)."""

    type = Boolean()
    inherit_cache = True


@compiles(_HasPieces, "sqlite")
def _without_index(element: _HasPieces, compiler: SQLCompiler, **kwargs: Any) -> str:
    return "1"


@compiles(_HasPieces, DIALECT)
def _by_index(element: _HasPieces, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, pieces = element.clauses
    return f"text_pieces({compiler.process(column, **kwargs)}) @> {compiler.process(pieces, **kwargs)}"


class _InWordIndex(FunctionElement[bool]):
    """That the word index (second) has for the row of that key (first) what is asked (third)."""

    type = Boolean()
    inherit_cache = True


@compiles(_InWordIndex, "sqlite")
def _by_words(element: _InWordIndex, compiler: SQLCompiler, **kwargs: Any) -> str:
    key, name, asked = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{key} IN (SELECT rowid FROM {name} WHERE {name} MATCH {asked})"  # noqa: S608 - a name of ours


@compiles(_InWordIndex, DIALECT)
def _without_words(element: _InWordIndex, compiler: SQLCompiler, **kwargs: Any) -> str:
    return "true"


def begin_in(column: Any, key: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a word of `column` begins with each of `words`; it has a word index on `key`.

    The column holds words of which each follows a space.
    """
    asked = " AND ".join('"{}" *'.format(word.replace('"', '""')) for word in words)
    index: ColumnElement[Any] = literal_column(f"{WORD_INDEX}{column.table.name}")
    indexed = _InWordIndex(key, index, bindparam(None, asked, type_=Text, unique=True))
    return and_(indexed, *(holds(column, f" {word}") for word in words))


def holds(column: Any, piece: str) -> ColumnElement[bool]:
    """Return the condition that `piece` stands somewhere in `column`, as it is written there."""
    condition: ColumnElement[bool] = column.contains(piece, autoescape=True)
    pieces = sorted({piece[place : place + LENGTH] for place in range(len(piece) - LENGTH + 1)})
    if not pieces:
        return condition
    return and_(condition, _HasPieces(column, bindparam(None, pieces, type_=ARRAY(Text), unique=True)))


def search_index(name: str, column: str) -> Index:
    """Return the index by which `holds` is quick, for a table's arguments; PostgreSQL alone has it."""
    return Index(name, func.text_pieces(literal_column(column)), postgresql_using="gin").ddl_if(dialect=DIALECT)


def create_search_index(connection: Connection, name: str, table: str, column: str) -> None:
    """Create what `holds` needs for a column; for a migration."""
    if connection.dialect.name == DIALECT:
        connection.execute(text(_CREATE))
        connection.execute(text(f"CREATE INDEX {name} ON {table} USING gin (text_pieces({column}))"))


def create_word_index(connection: Connection, table: str, column: str, key: str) -> None:
    """Create what `begin_in` needs for a column of a table that has no rows yet; for a migration."""
    if connection.dialect.name != DIALECT:
        names = {
            "by": "unicode61 remove_diacritics 0",
            "name": f"{WORD_INDEX}{table}",
            "table": table,
            "column": column,
            "key": key,
        }
        parts = names | {"add": _ADD.format(**names), "remove": _REMOVE.format(**names)}
        for statement in _WORD_INDEX:
            connection.exec_driver_sql(statement.format(**parts))


def drop_word_index(connection: Connection, table: str) -> None:
    """Drop what `create_word_index` created; before its table is dropped, with which its triggers go."""
    if connection.dialect.name != DIALECT:
        connection.exec_driver_sql(f"DROP TABLE {WORD_INDEX}{table}")


def drop_search_index(connection: Connection, name: str) -> None:
    """Drop what `create_search_index` created."""
    if connection.dialect.name == DIALECT:
        connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(text("DROP FUNCTION text_pieces(text)"))

"""An INSERT that is written once: SQLAlchemy's way of running a statement takes longer than the statement itself.

For the outbox row alone, which is part of every command.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Insert
from sqlalchemy.orm import Session

Row = Mapping[str, Any]


class PreparedInsert:
    """Inserts rows that have exactly the columns `names`, by the text of `statement` for each dialect.

    `statement` may hold no other parameters.
    """

    def __init__(self, statement: Insert, names: Sequence[str]) -> None:
        self._statement, self._names = statement, list(names)
        self._written: dict[str, tuple[str, Callable[[Row], Any]]] = {}

    def run(self, session: Session, row: Row) -> None:
        """Insert `row` in the transaction of `session`."""
        connection = session.connection()
        dialect = connection.dialect
        if dialect.name not in self._written:
            self._written[dialect.name] = self._write(dialect)
        text, bind = self._written[dialect.name]
        connection.exec_driver_sql(text, bind(row))

    def _write(self, dialect: Dialect) -> tuple[str, Callable[[Row], Any]]:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._names)
        columns = self._statement.table.c
        order = compiled.positiontup or self._names
        steps = [(name, columns[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order]
        if compiled.positional:
            return str(compiled), lambda row: tuple([step(row[name]) if step else row[name] for name, step in steps])
        return str(compiled), lambda row: {name: step(row[name]) if step else row[name] for name, step in steps}

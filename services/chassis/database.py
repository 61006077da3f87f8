"""One service's database: engine, units of work and the model base. SQLite and PostgreSQL behave alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    URL,
    Engine,
    Executable,
    MetaData,
    Row,
    Select,
    Table,
    Uuid,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql.dml import ReturningInsert

from services.chassis import wake
from services.chassis.columns import Id, Json, JsonData, Moment, Money, Ref, UtcDateTime, new_id
from services.chassis.messaging_tables import inbox_table, outbox_table

__all__ = [
    "Claim",
    "Database",
    "Id",
    "Json",
    "JsonData",
    "Moment",
    "Money",
    "Ref",
    "UtcDateTime",
    "insert_into",
    "model_base",
    "new_id",
    "upsert_newer",
]

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_KEPT = 2


def model_base() -> type[DeclarativeBase]:
    """Return the base class of one service's models, with a metadata of its own that has outbox and inbox."""

    class Model(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)
        type_annotation_map = {datetime: UtcDateTime, UUID: Uuid, dict[str, Any]: Json, list[Any]: Json}

    outbox_table(Model.metadata)
    inbox_table(Model.metadata)
    return Model


@dataclass(frozen=True)
class Claim:
    """Rows that a worker took, and how to write what became of them."""

    rows: Sequence[Row[Any]]
    execute: Callable[..., Any]


class Database:
    """The database at `url` (`sqlite:///...` or `postgresql+psycopg://...`)."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = make_url(url)
        self.engine = _create_engine(url, pool_size)
        self._read_engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._is_file = _is_sqlite(self.url)
        self.wakers = _open_wakers(self.url)
        self._writing = sessionmaker(self.engine, expire_on_commit=False, info={wake.WAKERS: self.wakers})
        self._reading = sessionmaker(self._read_engine, autoflush=False)
        self._missing: dict[tuple[Table, str], ReturningInsert[Any]] = {}

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Yield a session whose changes are committed together at the end, or not at all.

        Whoever waits for what was recorded (the relay, a sender) is woken by the commit.
        """
        with self._writing() as session:
            try:
                yield session
                self.wakers.before_commit(session)
                session.commit()
            except BaseException:
                session.rollback()
                raise
            self.wakers.after_commit(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session on an autocommit connection, for reads only."""
        with self._reading() as session:
            yield session

    def insert_missing(self, table: Table, key: str, rows: Sequence[Mapping[str, Any]], *, wake: str) -> int:
        """Insert the rows whose `key` is not there yet, wake the waiters of channel `wake`, return how many were new.

        One statement and nothing around it, as the transaction's own round trips would take longer.
        """
        statement = self._missing.get((table, wake))
        if statement is None:
            statement = self._missing[table, wake] = self._inserting_missing(table, key, wake)
        with self._read_engine.connect() as connection:
            new = len(connection.execute(statement, list(rows)).all())
        self.wakers.wake(wake)
        return new

    def _inserting_missing(self, table: Table, key: str, wake: str) -> ReturningInsert[Any]:
        statement = _insert(self.engine.dialect.name, table).on_conflict_do_nothing(index_elements=[key])
        return self.wakers.waking(statement, wake, table.c[key])

    @contextmanager
    def claim(self, query: Select[Any], **parameters: Any) -> Iterator[Claim]:
        """Yield the rows of `query`, for work that waits for something else than the database.

        PostgreSQL locks them until the end, and other workers skip them. SQLite could only lock the whole file,
        which no one may do while waiting: there two workers may get the same rows and have to bear it.
        """
        if self._is_file:
            with self.reading() as session:
                rows = session.connection().execute(query, parameters).all()
            yield Claim(rows, self._execute_alone)
        else:
            with self.unit_of_work() as session:
                connection = session.connection()
                rows = connection.execute(_locking(query), parameters).all()
                yield Claim(rows, connection.execute)

    def _execute_alone(self, statement: Executable, *parameters: Any) -> None:
        with self.unit_of_work() as session:
            session.execute(statement, *parameters)

    def waker(self, channel: str) -> wake.Waker:
        """Return a new waiting end of `channel`, for one thread; `wake.on_commit` is the other end."""
        return self.wakers.waker(channel)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


@lru_cache(8)
def _locking(query: Select[Any]) -> Select[Any]:
    return query.with_for_update(skip_locked=True)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _open_wakers(url: URL) -> wake.Wakers:
    return wake.PipeWakers(url.database or "") if _is_sqlite(url) else wake.PostgresWakers(url)


def _create_engine(url: str, pool_size: int) -> Engine:
    if _is_sqlite(make_url(url)):
        return _sqlite_engine(url, pool_size)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,  # an error with the values in it would end in logs and in the inbox
        pool_recycle=1800,
        pool_timeout=10,
    )

    @event.listens_for(engine, "checkout")
    def pass_over_closed_connections(connection: Any, _record: Any, _proxy: Any) -> None:
        # A server says nothing on an idle connection but good-bye, so one that can be read is at its end.
        # `pool_pre_ping` would ask the server each time, which costs a round trip a transaction.
        if connection.closed or wake.readable([connection.fileno()], 0):
            raise DisconnectionError("the server has closed this connection")

    return engine


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        # Each connection has a copy of the schema, and those over the first two are seldom needed together.
        pool_size=SQLITE_KEPT,
        max_overflow=2 * pool_size - SQLITE_KEPT,
        pool_use_lifo=True,
        connect_args={"timeout": 15},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver shall not begin by itself
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA busy_timeout = 15000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def take_the_write_lock(connection: Any) -> None:
        # A deferred transaction that turns from reading to writing fails at once when another one wrote
        # in between; an immediate one waits its turn (https://sqlite.org/lang_transaction.html).
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def insert_into(session: Session, table: Table | type[DeclarativeBase]) -> postgresql.Insert:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` on either database."""
    return _insert(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: Table | type[DeclarativeBase]) -> postgresql.Insert:
    statement: Any = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    return cast(postgresql.Insert, statement)  # the two take the same arguments


def upsert_newer(session: Session, model: type[DeclarativeBase], values: Mapping[str, Any], *, key: str = "id") -> bool:
    """Insert `values`, or update the row of the same `key` where its version is older.

    Returns whether the row changed, so that an event that comes late or twice has no effect.
    """
    table = model.__table__
    statement = insert_into(session, model).values(**values)
    newer = statement.on_conflict_do_update(
        index_elements=[key],
        set_={name: statement.excluded[name] for name in values if name != key},
        where=table.c.version < statement.excluded.version,
    )
    changed = session.execute(newer.returning(table.c[key])).first() is not None
    if changed:
        session.expire_all()
    return changed

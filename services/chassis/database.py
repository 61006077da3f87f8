"""One service's database: engine, units of work and the model base. SQLite and PostgreSQL behave alike."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, MetaData, Uuid, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from services.chassis import wake
from services.chassis.columns import Id, Json, JsonData, Moment, Money, Ref, UtcDateTime, new_id
from services.chassis.messaging_tables import inbox_table, outbox_table

__all__ = [
    "Database",
    "Id",
    "Json",
    "JsonData",
    "Moment",
    "Money",
    "Ref",
    "UtcDateTime",
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


def model_base() -> type[DeclarativeBase]:
    """Return the base class of one service's models, with a metadata of its own that has outbox and inbox."""

    class Model(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)
        type_annotation_map = {datetime: UtcDateTime, UUID: Uuid, dict[str, Any]: Json, list[Any]: Json}

    outbox_table(Model.metadata)
    inbox_table(Model.metadata)
    return Model


class Database:
    """The database at `url` (`sqlite:///...` or `postgresql+psycopg://...`)."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = make_url(url)
        self.engine = _create_engine(url, pool_size)
        self._read_engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self._read_engine, autoflush=False)
        self.wakers = wake.open_wakers(self.url)

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

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _create_engine(url: str, pool_size: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, pool_size)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=10,
    )


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, connect_args={"timeout": 15})

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


def upsert_newer(session: Session, model: type[DeclarativeBase], values: Mapping[str, Any], *, key: str = "id") -> bool:
    """Insert `values`, or update the row of the same `key` where its version is older.

    Returns whether the row changed, so that an event that comes late or twice has no effect.
    """
    table = model.__table__
    dialect = session.get_bind().dialect.name
    insert = (sqlite if dialect == "sqlite" else postgresql).insert
    statement = insert(model).values(**values)
    statement = statement.on_conflict_do_update(
        index_elements=[key],
        set_={name: statement.excluded[name] for name in values if name != key},
        where=table.c.version < statement.excluded.version,
    ).returning(table.c[key])
    changed = session.execute(statement).first() is not None
    if changed:
        session.expire_all()
    return changed

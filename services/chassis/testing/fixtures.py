"""Fixtures for every test: the stack is chosen by ATRIO_TEST_STACK, `embedded` (the default) or `production`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine, make_url, text

from services.chassis.database import Database
from services.chassis.migrations import migrate
from services.chassis.service import Service
from services.chassis.testing.harness import Harness

PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
# Rich, where it happens to be installed, draws an error for seconds.
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], PLAIN])
FEW_BYTES = 512 * 1024
SIZES = """SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relname = ANY(:names) AND relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"""
RESTART = """SELECT setval(seqrelid, seqstart, false) FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
WHERE relnamespace = 'public'::regnamespace"""

OpenHarness = Callable[..., Harness]


def stack() -> str:
    """Return the name of the stack under test."""
    return os.environ.get("ATRIO_TEST_STACK", "embedded")


class SqliteDatabases:
    """A fresh SQLite file for each test, copied from one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def fresh(self, service: Service) -> str:
        """Return the address of an empty database."""
        template = self._folder / f"{service.name}.db"
        if not template.exists():
            database = Database(f"sqlite:///{template}")
            migrate(service, database)
            database.dispose()
        self._count += 1
        folder = self._folder / f"{service.name}-{self._count}"
        folder.mkdir()
        shutil.copy(template, folder / template.name)
        return f"sqlite:///{folder / template.name}"

    def for_harness(self, service: Service) -> Database | str:
        """Return an empty database as a harness takes it."""
        return self.fresh(service)


class PostgresDatabases:
    """One PostgreSQL database for each service and test process, emptied before each test.

    Its connections, and the statements that SQLAlchemy has compiled for it, are kept from test to test.
    """

    def __init__(self) -> None:
        self._databases: dict[str, Database] = {}

    def fresh(self, service: Service) -> str:
        """Return the address of the emptied database."""
        return self.for_harness(service).url.render_as_string(hide_password=False)

    def for_harness(self, service: Service) -> Database:
        """Return the emptied database."""
        if service.name not in self._databases:
            self._databases[service.name] = self._migrated(service)
        database = self._databases[service.name]
        self._empty(database.engine, [table.name for table in service.metadata.sorted_tables])
        return database

    @staticmethod
    def _migrated(service: Service) -> Database:
        from services.chassis.testing.servers import create_database

        url = make_url(create_database(f"test_{service.name}")).set(drivername="postgresql+psycopg")
        database = Database(url.render_as_string(hide_password=False))
        migrate(service, database)
        return database

    @staticmethod
    def _empty(engine: Engine, tables: list[str]) -> None:
        """Delete every row. To truncate a table makes new files of it and its indexes, however few its rows."""
        with engine.begin() as connection:
            sizes = connection.execute(text(SIZES), {"names": tables}).all()
            statements = ["SET LOCAL session_replication_role = replica"]  # no trigger and no foreign key speaks
            for name, size in sizes:
                few = size <= FEW_BYTES
                statements.append(f'DELETE FROM "{name}"' if few else f'TRUNCATE "{name}" CASCADE')
            connection.exec_driver_sql(f"{'; '.join(statements)}; {RESTART}")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> "SqliteDatabases | PostgresDatabases":
    """Databases of the stack under test."""
    if stack() == "production":
        return PostgresDatabases()
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def open_harness(databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> Iterator[OpenHarness]:
    """A function that opens a harness for a service; settings are given by name (`ATRIO_CAPTURE="false"`)."""
    opened: list[Harness] = []

    def open_one(service: Service, **settings: str) -> Harness:
        harness = Harness(service, databases.for_harness(service), tmp_path, **settings)
        opened.append(harness)
        return harness

    yield open_one
    for harness in opened:
        harness.close()

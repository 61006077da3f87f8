"""Fixtures for every test: the stack is chosen by ATRIO_TEST_STACK, `embedded` (the default) or `production`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from services.chassis.database import Database
from services.chassis.migrations import migrate
from services.chassis.service import Service
from services.chassis.testing.harness import Harness

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


class PostgresDatabases:
    """One PostgreSQL database for each service and test process, emptied before each test."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}

    def fresh(self, service: Service) -> str:
        if service.name not in self._engines:
            self._engines[service.name] = self._migrated(service)
        engine = self._engines[service.name]
        self._empty(engine, [table.name for table in service.metadata.sorted_tables])
        return engine.url.render_as_string(hide_password=False)

    @staticmethod
    def _migrated(service: Service) -> Engine:
        from services.chassis.testing.servers import create_database

        url = make_url(create_database(f"test_{service.name}")).set(drivername="postgresql+psycopg")
        database = Database(url.render_as_string(hide_password=False))
        migrate(service, database)
        database.dispose()
        return create_engine(url, pool_pre_ping=True)

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
        harness = Harness(service, databases.fresh(service), tmp_path, **settings)
        opened.append(harness)
        return harness

    yield open_one
    for harness in opened:
        harness.close()

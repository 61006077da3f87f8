"""Fixtures for every test: the stack is chosen by ATRIO_TEST_STACK, `embedded` (the default) or `production`."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from services.chassis.database import Database
from services.chassis.migrations import migrate
from services.chassis.service import Service
from services.chassis.testing.harness import Harness

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

    def __init__(self, admin_url: str, worker: str) -> None:
        self._admin = make_url(admin_url).set(drivername="postgresql+psycopg")
        self._worker = re.sub(r"\W", "", worker)
        self._tables: dict[str, list[str]] = {}

    def fresh(self, service: Service) -> str:
        name = f"atrio_test_{service.name}_{self._worker}"
        url = self._admin.set(database=name).render_as_string(hide_password=False)
        if service.name not in self._tables:
            self._create(name)
            database = Database(url)
            migrate(service, database)
            database.dispose()
            self._tables[service.name] = [table.name for table in service.metadata.sorted_tables]
        engine = create_engine(url)
        with engine.begin() as connection:
            names = ", ".join(f'"{table}"' for table in self._tables[service.name])
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        engine.dispose()
        return url

    def _create(self, name: str) -> None:
        engine = create_engine(self._admin, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> "SqliteDatabases | PostgresDatabases":
    """Databases of the stack under test."""
    if stack() == "production":
        return PostgresDatabases(request.getfixturevalue("postgres_url"), worker_name)
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def worker_name() -> str:
    """The name of this test process, alone or among several."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a PostgreSQL server that may create databases."""
    from services.chassis.testing.servers import postgres_url

    return postgres_url()


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

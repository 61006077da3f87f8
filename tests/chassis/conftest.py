"""Databases and buses for the tests of messaging, each kind of both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.bus import Bus
from services.chassis.database import Database
from tests.chassis import messaging


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.stack)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, of each kind in turn."""
    with messaging.open_database(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database, for what does not depend on the kind."""
    with messaging.open_database("sqlite", tmp_path) as opened:
        yield opened


@pytest.fixture(params=["local", pytest.param("rabbitmq", marks=pytest.mark.stack)])
def bus_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty bus, of each kind in turn."""
    return messaging.bus_url(request.param, tmp_path)


@pytest.fixture
def bus(bus_url: str) -> Bus:
    """An empty bus, of each kind in turn."""
    return messaging.bus_at(bus_url)


@pytest.fixture
def postgres_database(tmp_path: Path) -> Iterator[Database]:
    """An empty PostgreSQL database, for what only it does."""
    with messaging.open_database("postgresql", tmp_path) as opened:
        yield opened

"""Fixtures for every test."""

from collections.abc import Iterator

import pytest

from tests.running import Running, running

pytest_plugins = ["services.chassis.testing.fixtures"]


@pytest.fixture(scope="session")
def atrio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole of Atrio, running on the stack under test; shared, so a test makes clients of its own."""
    with running(tmp_path_factory.mktemp("atrio")) as installation:
        yield installation

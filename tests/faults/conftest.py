"""A broker of its own for each test file that harms it."""

from collections.abc import Iterator

import pytest

from services.chassis.testing.rabbitmq_server import RabbitServer


@pytest.fixture(scope="module")
def broker() -> Iterator[RabbitServer]:
    """A running broker that belongs to this file's tests alone."""
    server = RabbitServer()
    server.start()
    yield server
    server.remove()

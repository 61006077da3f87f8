"""Fixtures for the tests of the notifications service."""

from collections.abc import Callable, Iterator

import pytest

from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.notifications.service import SERVICE
from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A real SMTP server that answers as it is told."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def open_house(open_harness: OpenHarness) -> Callable[..., House]:
    """A function that opens the service with a firm, a client and staff; settings are given by name."""

    def open_one(**settings: str) -> House:
        return House(open_harness(SERVICE, **{"ATRIO_CAPTURE": "true"} | settings))

    return open_one


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """The service with captured mail, a firm, a client and staff."""
    return open_house()


@pytest.fixture
def harness(house: House) -> Harness:
    """The service under `house`."""
    return house.harness

"""Fixtures for the tests of the identity service."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.chassis import clock
from services.chassis.testing.fixtures import OpenHarness
from services.identity.service import SERVICE
from tests.identity.house import House


@pytest.fixture
def house(open_harness: OpenHarness) -> House:
    """The identity service on an empty database, and the gateway that calls it."""
    return House(open_harness(SERVICE))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """A function that moves the clock on: `later(minutes=5)`."""
    real, moved = clock.now, [timedelta(0)]
    monkeypatch.setattr(clock, "now", lambda: real() + moved[0])

    def move(**by: float) -> datetime:
        moved[0] += timedelta(**by)
        return clock.now()

    return move

"""Fixtures for the tests of the identity service."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from services.chassis import clock
from services.chassis.testing.fixtures import OpenHarness
from services.identity.passwords import hashing
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


@pytest.fixture
def mid_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock begins five seconds into a time step of TOTP, so that no code goes out of date in the test."""
    real = clock.now
    shift = timedelta(seconds=(5 - real().timestamp()) % 30)
    monkeypatch.setattr(clock, "now", lambda: real() + shift)


@pytest.fixture
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its cheapest, for tests that guess hundreds of times."""
    monkeypatch.setattr(hashing, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(hashing, "_nobodys", lambda: hashing._hasher.hash("nobody"))

"""Fixtures for the tests of the documents service."""

from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.documents.service import SERVICE


@pytest.fixture
def harness(open_harness: OpenHarness) -> Harness:
    """The documents service on an empty database."""
    return open_harness(SERVICE)


@pytest.fixture
def account() -> UUID:
    """A client's account."""
    return new_id()

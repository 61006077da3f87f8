"""Fixtures for the tests of the signing service."""

import pytest
from pytest_httpserver import HTTPServer

from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.signing.service import SERVICE
from tests.signing.office import Office


@pytest.fixture
def harness(open_harness: OpenHarness) -> Harness:
    """The signing service on an empty database."""
    return open_harness(SERVICE)


@pytest.fixture
def office(harness: Harness, httpserver: HTTPServer) -> Office:
    """A firm with a client, its contacts and a documents service, and the steps that people take."""
    return Office(harness, httpserver)

"""Fixtures of the gateway's tests: services that answer from memory, and browsers in front of the gateway."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer
from werkzeug.test import Client
from werkzeug.wrappers import Response

from gateway.app import Gateway
from tests.gateway.house import CLIENT_SESSION, STAFF_SESSION, House


@pytest.fixture(scope="session")
def house_server() -> Iterator[HTTPServer]:
    server = HTTPServer(threaded=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(house_server: HTTPServer) -> House:
    """The services; a test changes what they answer."""
    house_server.clear()
    return House(house_server)


@pytest.fixture
def gateway(house: House) -> Gateway:
    return house.gateway()


class Visitor:
    """A browser in front of the whole gateway: cookies, the page's CSRF token, and where it came from."""

    def __init__(self, gateway: Gateway, **cookies: str) -> None:
        self.client = Client(gateway, Response)
        for name, value in cookies.items():
            self.client.set_cookie(name, value)

    def get(self, path: str, **kwargs: object) -> Response:
        return self.client.get(path, **kwargs)  # type: ignore[arg-type]

    def token(self, path: str) -> str:
        """Return the CSRF token of the page at `path`."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(path).text)
        assert found, f"no token on {path}"
        return found[1]

    def post(self, path: str, data: dict[str, object] | None = None, *, page: str | None = None) -> Response:
        """Send a form of the page at `page` (the same path unless told) as a browser would."""
        form = {"csrf_token": self.token(page or path)} | (data or {})
        headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data=form, headers=headers)


@pytest.fixture
def anybody(gateway: Gateway) -> Visitor:
    return Visitor(gateway)


@pytest.fixture
def client(gateway: Gateway) -> Visitor:
    return Visitor(gateway, atrio_client=CLIENT_SESSION)


@pytest.fixture
def staff(gateway: Gateway) -> Visitor:
    return Visitor(gateway, atrio_staff=STAFF_SESSION)


@pytest.fixture
def pages(gateway: Gateway) -> FlaskClient:
    """The Flask app alone, without hosts and proxy."""
    return gateway.pages.test_client()

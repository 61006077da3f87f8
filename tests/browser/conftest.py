"""A real browser, headless, for tests that use the pages as a person does."""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from pytest_httpserver import HTTPServer
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from gateway import catalogues
from gateway.app import Gateway, create_app
from tests.browser.eyes import AXE, AXE_PATH
from tests.gateway.furnished import Address, addresses, furnish
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF_SESSION, House

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""The first is Chromium without the windows around its pages, which cost as much as the pages."""
PATIENCE = 20_000
"""Milliseconds: a machine that many share may stand still for a while."""
expect.set_options(timeout=PATIENCE)
OpenContext = Callable[..., BrowserContext]


def chromium_path() -> str:
    """Return where the system's Chromium is; fail where there is none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, "install Chromium (on Debian: apt-get install chromium-headless-shell)"
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; a test that needs it fails where there is none.

    Not for longer than a module: Playwright keeps an event loop running in the thread, and a test that starts one
    of its own (the seal does) would fail beside it.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(chromium: Browser) -> Iterator[OpenContext]:
    """A function that opens a browser window of a person's own: `width`, and what Playwright's contexts take."""
    opened: list[BrowserContext] = []

    def open_one(width: int = 1280, **options: object) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@dataclass
class Site:
    """A gateway that listens, with services that answer from memory, and every page that opens as it is."""

    url: str
    house: House
    pages: list[Address]

    def cookies(self, **more: str) -> list[Any]:
        """Return the cookies of a client and of staff, as Playwright takes them."""
        named = {"atrio_client": CLIENT_SESSION, "atrio_staff": STAFF_SESSION} | more
        return [{"name": name, "value": value, "url": self.url} for name, value in named.items()]

    @staticmethod
    def session(language: str) -> str:
        """Return the session of a client who speaks that language."""
        return CLIENT_SESSION if language == "en" else f"{CLIENT_SESSION}-{language}"


def _with_axe(gateway: Gateway) -> WSGIApplication:
    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != AXE_PATH:
            return gateway(environ, start_response)
        kept = Response(AXE, mimetype="text/javascript", headers={"Cache-Control": "max-age=3600, immutable"})
        return kept(environ, start_response)

    return serve


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    catalogues.compile_catalogues()
    services = HTTPServer(threaded=True)
    services.start()
    house = furnish(House(services))
    for language in ("es", "pt"):
        house.users[Site.session(language)] = CLIENT | {"locale": language}
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://localhost:{server.server_port}"
    gateway: Gateway = create_app(house.settings(public_url=url))
    server.app = _with_axe(gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(url, house, list(addresses(gateway)))
    server.shutdown()
    thread.join()
    services.stop()

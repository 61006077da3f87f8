"""The portal as an app of a phone (B16): installable, friendly without a network, and nothing private is kept."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as BrowserError
from pytest_httpserver import HTTPServer
from werkzeug.serving import BaseWSGIServer, make_server

from gateway import catalogues
from gateway.app import Gateway, create_app
from tests.browser.conftest import OpenContext
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF_SESSION, House
from tests.gateway.signing_desk import sit_down

pytestmark = [pytest.mark.browser, pytest.mark.feature("B16")]
READY = "navigator.serviceWorker.ready.then(found => found.active.scriptURL)"
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
  return kept.sort();
}"""


class Portal:
    """A gateway that can go away and come back at the same address."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._server = self._listening(0)
        self.url = f"http://localhost:{self._server.server_port}"
        self._gateway: Gateway = create_app(house.settings(public_url=self.url))
        self.come_back(self._server)

    def _listening(self, port: int) -> BaseWSGIServer:
        return make_server("127.0.0.1", port, lambda *_: [], threaded=True)

    def come_back(self, server: BaseWSGIServer | None = None) -> None:
        """Answer again."""
        self._server = server or self._listening(int(self.url.rpartition(":")[2]))
        self._server.app = self._gateway
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def go_away(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def renew(self, **brand: str) -> None:
        """Be the gateway of a firm that has changed its brand."""
        answer = self.house.answers[("GET", "/portal/v1/brand")]
        self.house.answers[("GET", "/portal/v1/brand")] = answer | brand
        self._gateway = create_app(self.house.settings(public_url=self.url))
        self._server.app = self._gateway


@pytest.fixture(scope="module")
def services() -> Iterator[HTTPServer]:
    catalogues.compile_catalogues()
    server = HTTPServer(threaded=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def portal(services: HTTPServer) -> Iterator[Portal]:
    services.clear()
    found = Portal(sit_down(House(services)))
    yield found
    with suppress(OSError):
        found.go_away()


@pytest.fixture
def phone(portal: Portal, open_context: OpenContext) -> BrowserContext:
    """A phone on which a client is signed in, whose language is Portuguese."""
    portal.house.users[CLIENT_SESSION] = CLIENT | {"locale": "pt"}
    context = open_context(390, has_touch=True)
    cookies = {"atrio_client": CLIENT_SESSION, "atrio_staff": STAFF_SESSION}
    context.add_cookies([{"name": name, "value": value, "url": portal.url} for name, value in cookies.items()])
    return context


def settled(page: Page, address: str) -> None:
    """Open a page of the portal and wait until the worker stands by."""
    page.goto(address)
    page.evaluate(READY)
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_a_browser_finds_the_portal_installable(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    settled(page, f"{portal.url}/home")
    browser = phone.new_cdp_session(page)
    assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
    told = browser.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["manifest"]["name"] == "Marín & Costa · Client portal"


def test_without_a_network_a_friendly_page_stands_there_until_it_is_back(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    settled(page, f"{portal.url}/home")
    portal.go_away()
    phone.set_offline(True)
    page.goto(f"{portal.url}/documents")
    expect(page.get_by_role("heading", name="Está sem ligação")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "pt-PT")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.btn-primary')).backgroundColor") != "rgba(0, 0, 0, 0)"
    )
    assert page.url == f"{portal.url}/documents"
    portal.come_back()
    phone.set_offline(False)
    expect(page.get_by_role("heading", name="Documentos").first).to_be_visible()


def test_nothing_of_a_person_is_kept_and_sign_out_drops_the_rest(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    settled(page, f"{portal.url}/home")
    page.goto(f"{portal.url}/documents")
    kept = page.evaluate(KEPT)
    assert "/offline" in kept
    assert {path for path in kept if not path.startswith("/static/")} == {"/offline", "/brand.css", "/icon.svg"}
    page.goto(f"{portal.url}/more")
    page.locator("main").get_by_role("button", name="Sair").click()
    expect(page).to_have_url(f"{portal.url}/")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_a_new_worker_takes_over_and_keeps_nothing_stale(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    settled(page, f"{portal.url}/home")
    [before] = page.evaluate("caches.keys()")
    portal.renew(accent="#7a2048")
    page.goto(f"{portal.url}/home")
    page.evaluate("navigator.serviceWorker.ready.then(found => found.update())")
    page.wait_for_function(
        "async old => { const all = await caches.keys(); return all.length === 1 && all[0] !== old }", arg=before
    )
    portal.go_away()
    page.goto(f"{portal.url}/home")
    assert page.locator("link[href^='/brand.css']").get_attribute("href") == "/brand.css?v=7a2048-6b9bbb"


def test_the_admin_has_no_worker(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{portal.url}/admin/")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    settled(page, f"{portal.url}/home")
    portal.go_away()
    with pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
        page.goto(f"{portal.url}/admin/")

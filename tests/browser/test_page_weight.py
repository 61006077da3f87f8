"""What a phone loads (issue 4): the bytes that really come over the line, compressed, as the browser counts them."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import OpenContext, Site

pytestmark = pytest.mark.browser
KILOBYTE = 1024
FIRST_VISIT, NEXT_VISIT = 120 * KILOBYTE, 20 * KILOBYTE


class Scales:
    """Weighs what a tab loads, by address."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self._browser = context.new_cdp_session(self.page)
        self._browser.send("Network.enable")
        self._names: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        self._browser.on("Network.requestWillBeSent", self._sent)
        self._browser.on("Network.loadingFinished", self._finished)

    def weigh(self, address: str) -> int:
        """Open a page and return how many bytes came with it."""
        self.bytes.clear()
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        return sum(self.bytes.values())

    def _sent(self, event: dict[str, object]) -> None:
        request = event["request"]
        assert isinstance(request, dict)
        self._names[str(event["requestId"])] = str(request["url"])

    def _finished(self, event: dict[str, float]) -> None:
        name = self._names.get(str(event["requestId"]), "?")
        self.bytes[name] = self.bytes.get(name, 0) + int(event["encodedDataLength"])


@pytest.fixture
def scales(site: Site, open_context: OpenContext) -> Scales:
    """A phone that was never here, on which a client is signed in."""
    context = open_context(390, has_touch=True, is_mobile=True, service_workers="block")
    context.add_cookies(site.cookies())
    return Scales(context)


def test_home_is_light_on_a_phone(site: Site, scales: Scales) -> None:
    first = scales.weigh(f"{site.url}/home")
    told = dict(scales.bytes)
    assert any("app.css" in name or "/app-" in name for name in told), "the style sheet is counted"
    assert first <= FIRST_VISIT, told
    again = scales.weigh(f"{site.url}/home")
    assert again <= NEXT_VISIT, scales.bytes
    assert again > 0


def test_a_form_and_a_list_bring_little_more(site: Site, scales: Scales) -> None:
    scales.weigh(f"{site.url}/home")
    for path in ("/requests", "/documents", "/profile"):
        assert scales.weigh(f"{site.url}{path}") <= NEXT_VISIT, (path, scales.bytes)

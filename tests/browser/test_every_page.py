"""Every page of portal and admin: accessible in light and dark, in bounds at 320 px and 200 % zoom, usable by keyboard.

The walk goes over the gateway's own routes, so a new page is in it by itself (see tests/gateway/furnished.py). One tab
goes from page to page, each is opened once and looked at from all sides.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.browser.eyes import SMALLEST, Eyes, too_wide
from tests.gateway.furnished import Address
from tests.gateway.house import STAFF_SESSION

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
SIGNED_OUT = ("/sign-in", "/admin/sign-in")
SAME_TITLE_AS_ANOTHER: set[str] = set()
"""Pages that share a title with another one, and why that misleads nobody."""
Look = Callable[[Page], list[str]]


def walk(browser: Browser, site: Site, look: Look, pages: list[Address], language: str = "en", **options: Any) -> str:
    """Open every page in one tab and return what `look` finds, by the page's path."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block", **options)
    cookies = site.cookies(atrio_client=site.session(language), atrio_staff=STAFF_SESSION, atrio_language=language)
    page, errors, wrong = context.new_page(), list[str](), list[str]()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    for address in pages:
        page.goto("about:blank")  # what the page still asks for must not go out with the next cookies
        context.clear_cookies()
        context.add_cookies([] if address.path.startswith(SIGNED_OUT) else cookies)
        errors.clear()
        answer = page.goto(site.url + address.path)
        there = answer is not None and answer.status == 200 and page.url == site.url + address.path
        found = [*look(page), *errors] if there else [f"{answer and answer.status} at {page.url}"]
        wrong += [f"{address.path}: {text}" for text in found]
    context.close()
    return "\n".join(wrong)


@pytest.mark.feature("B16")
def test_every_page_can_be_used_by_everybody(chromium: Browser, site: Site) -> None:
    titles: dict[tuple[str, str], list[str]] = {}
    eyes = Eyes()

    def look(page: Page) -> list[str]:
        path = page.url.removeprefix(site.url)
        titles.setdefault((path.split("/")[1], page.title()), []).append(path)
        return eyes(page)

    wrong = walk(chromium, site, look, site.pages, has_touch=True)
    assert not wrong, wrong
    same = [paths for paths in titles.values() if len(paths) > 1 and not SAME_TITLE_AS_ANOTHER.issuperset(paths)]
    assert same == [], "pages with the same title"


@pytest.mark.feature("B16")
@pytest.mark.parametrize("language", ["es", "pt"])
def test_every_page_of_the_portal_fits_in_every_language(language: str, chromium: Browser, site: Site) -> None:
    """Words of other languages are longer."""
    portal = [address for address in site.pages if address.kind != "staff"]
    window = {"width": SMALLEST, "height": 800}
    wrong = walk(chromium, site, lambda page: too_wide(page, SMALLEST), portal, language, viewport=window)
    assert not wrong, wrong


BROKEN = """
<!doctype html><html lang="en"><title>x</title><body><a class="skip-link" href="#c">Skip</a>
<main id="c"><h1>x</h1><div style="width:700px">wide</div><p style="color:#999;background:#aaa">pale</p>
<button style="width:30px;height:30px;outline:none">x</button></main></body></html>
"""


def test_what_is_broken_is_found(chromium: Browser) -> None:
    page = chromium.new_context(has_touch=True).new_page()
    page.set_content(BROKEN)
    found = "\n".join(Eyes()(page))
    for words in ("color-contrast", "at 640 px", "at 320 px", "small: button", "shows no focus: button", "dark: "):
        assert words in found
    page.context.close()

"""An item leaves Home's list once it is done in another tab, without a reload (B11)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenContext, Site
from tests.gateway.house import CLIENT_SESSION, home

pytestmark = pytest.mark.browser
HOME = ("GET", "/portal/v1/home")


def test_what_is_done_in_another_tab_leaves_the_list(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies(atrio_client=CLIENT_SESSION))
    kept = site.house.answers[HOME]
    try:
        site.house.answers[HOME] = lambda _request: home()
        first = context.new_page()
        first.goto(f"{site.url}/home")
        expect(first.locator(".todo")).to_have_count(3)
        first.evaluate("window.same = true")
        site.house.answers[HOME] = lambda _request: home() | {"to_do": home()["to_do"][:1]}
        expect(first.locator(".todo")).to_have_count(3)
        second = context.new_page()
        second.goto(f"{site.url}/more")
        expect(first.locator(".todo")).to_have_count(1)
        expect(first.locator("#home-lead")).to_have_text("One thing waits for you.")
        assert first.evaluate("window.same") is True
    finally:
        site.house.answers[HOME] = kept

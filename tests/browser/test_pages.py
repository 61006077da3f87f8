"""The gateway's own pages in a real browser: accessible, in bounds, without errors, and usable without script."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_httpserver import HTTPServer
from werkzeug.serving import make_server

from gateway import catalogues
from gateway.app import create_app
from tests.browser.conftest import OpenContext
from tests.gateway import safe
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF_SESSION, House
from tests.parts import ROOT

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PUBLIC = ("/", "/sign-in", "/sign-in/password", "/forgot", "/invitation/x", "/reset/x", "/privacy", "/api/", "/nowhere")
PORTAL = ("/home", "/notifications", "/profile", "/account", "/more", "/cases")
ADMIN = (
    "/admin/sign-in",
    "/admin/",
    "/admin/notifications",
    "/admin/settings/preferences",
    "/admin/settings/brand",
    "/admin/settings/buttons",
    "/admin/search?q=x",
    "/admin/cases",
)
DEVELOPMENT = ("/dev/components", "/dev/mailbox", "/dev/mailbox/m1")


@dataclass
class Site:
    """A gateway that listens, with services that answer from memory."""

    url: str
    house: House

    def cookies(self, **more: str) -> list[Any]:
        named = {"atrio_client": CLIENT_SESSION, "atrio_staff": STAFF_SESSION} | more
        return [{"name": name, "value": value, "url": self.url} for name, value in named.items()]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    catalogues.compile_catalogues()
    services = HTTPServer(threaded=True)
    services.start()
    house = safe.move_in(House(services))
    for language in ("es", "pt"):
        house.users[f"{CLIENT_SESSION}-{language}"] = CLIENT | {"locale": language}
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://localhost:{server.server_port}"
    server.app = create_app(house.settings(public_url=url))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(url, house)
    server.shutdown()
    thread.join()
    services.stop()


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, each with where it is."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)", RULES
    )
    return [f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']])[:300]}" for one in found]


@pytest.fixture(scope="module")
def windows(chromium: Browser) -> Callable[..., Page]:
    """A function that opens a page in the one window of its kind, which keeps scripts, styles and fonts."""

    @cache
    def window(width: int, options: tuple[tuple[str, Any], ...]) -> BrowserContext:
        return chromium.new_context(viewport={"width": width, "height": 900}, **dict(options))

    def open_one(width: int, cookies: list[Any], **options: Any) -> Page:
        context = window(width, tuple(options.items()))
        context.clear_cookies()
        context.add_cookies(cookies)
        return context.new_page()

    return open_one


@pytest.mark.parametrize("path", PUBLIC + PORTAL + ADMIN + DEVELOPMENT)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_page_is_accessible(path: str, width: int, scheme: str, site: Site, windows: Callable[..., Page]) -> None:
    cookies = [] if path in ("/sign-in", "/admin/sign-in") else site.cookies()
    page = windows(width, cookies, color_scheme=scheme, reduced_motion="reduce")
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert [text for text in wrong if "404" not in text or path != "/nowhere"] == []
    page.close()


@pytest.mark.parametrize("path", PUBLIC + PORTAL + ADMIN)
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_page_fits_the_smallest_phone(path: str, language: str, site: Site, windows: Callable[..., Page]) -> None:
    session = CLIENT_SESSION if language == "en" else f"{CLIENT_SESSION}-{language}"
    page = windows(320, site.cookies(atrio_client=session, atrio_language=language))
    page.goto(site.url + path)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


def security_pages(page: Page, site: Site, session: str) -> Iterator[str]:
    """Go through the pages about sign-in and security in their states, and yield the name of each."""
    page.goto(f"{site.url}/sign-in/password")
    page.get_by_role("textbox").first.fill(str(CLIENT["email"]))
    page.locator("[name=password]").fill("right")
    page.keyboard.press("Enter")
    page.wait_for_url("**/factor")
    for name in ("second step", "recovery code"):
        yield name
        page.goto(f"{site.url}/sign-in/factor?way=recovery")
    page.context.add_cookies(site.cookies(atrio_client=session))
    for path in ("/prove?next=/profile/security", "/profile/security/password", "/profile/security/passkeys/new"):
        page.goto(site.url + path)
        yield path
    page.goto(f"{site.url}/profile/security")
    yield "security"
    page.locator("a[data-dialog][href$='/remove']").last.click()
    page.locator("dialog[open]").wait_for()
    yield "question before a passkey is removed"
    page.goto(f"{site.url}/admin/security")
    yield "security of staff"
    page.goto("about:blank")  # what the page still asks for must not go out with the next cookie
    page.context.add_cookies(site.cookies(atrio_staff=safe.OWING_SESSION))
    page.goto(f"{site.url}/admin/")
    yield "enrolment"
    page.goto(f"{site.url}/admin/security/authenticator")
    page.locator("main form .btn-primary").click()
    page.locator(".secret-text summary").click()
    yield "authenticator app"
    page.locator("[name=code]").fill("000000")
    page.locator("#f-code-error").wait_for()
    yield "wrong code"
    page.locator("[name=code]").fill("123456")
    page.locator(".recovery-codes").wait_for()
    yield "recovery codes"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_about_security_are_accessible(
    width: int, scheme: str, site: Site, open_context: OpenContext
) -> None:
    page = open_context(width, color_scheme=scheme, reduced_motion="reduce").new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    found = {name: violations(page) for name in security_pages(page, site, CLIENT_SESSION)}
    assert {name: texts for name, texts in found.items() if texts} == {}
    assert [text for text in wrong if "422" not in text] == []


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_pages_about_security_fit_the_smallest_phone(language: str, site: Site, open_context: OpenContext) -> None:
    context = open_context(320)
    context.add_cookies([{"name": "atrio_language", "value": language, "url": site.url}])
    page = context.new_page()
    session = CLIENT_SESSION if language == "en" else f"{CLIENT_SESSION}-{language}"
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    too_wide = [name for name in security_pages(page, site, session) if page.evaluate(width) > 0]
    assert too_wide == []


def test_signing_in_and_out_works_without_script(site: Site, open_context: OpenContext) -> None:
    page = open_context(390, java_script_enabled=False).new_page()
    page.goto(site.url + "/")
    page.locator("main").get_by_role("link", name="My account").click()
    page.get_by_label("E-mail").fill(str(CLIENT["email"]))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("heading", name="Account details")).to_be_visible()
    page.get_by_role("link", name="More", exact=True).click()
    page.locator("main").get_by_text("Language: English").click()
    page.locator("main").get_by_role("button", name="Português").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")  # the services here keep the person's own
    site.house.users[CLIENT_SESSION] = dict(CLIENT)
    page.goto(site.url + "/more")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(site.url + "/")
    site.house.users[CLIENT_SESSION] = dict(CLIENT)


def test_the_code_sends_itself_once_it_is_whole(site: Site, open_context: OpenContext) -> None:
    page = open_context(390).new_page()
    page.goto(site.url + "/sign-in")
    page.get_by_label("E-mail").fill(str(CLIENT["email"]))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()
    expect(page.get_by_role("button", name="Send a new code")).to_be_disabled()
    before = len(site.house.called("POST", "/identity/v1/sign-in/code"))
    page.keyboard.type("123 456")
    page.keyboard.press("Enter")
    page.wait_for_url("**/home")
    assert len(site.house.called("POST", "/identity/v1/sign-in/code")) == before + 1


def test_errors_are_summed_up_and_lead_to_their_fields(site: Site, open_context: OpenContext) -> None:
    page = open_context().new_page()
    page.goto(site.url + "/sign-in/password")
    page.get_by_label("User name").fill("ana@example.com")
    page.get_by_role("button", name="Sign in").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Write your password.").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    assert page.get_by_label("User name").input_value() == "ana@example.com"


def test_the_palette_opens_by_keyboard_and_goes_there(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies())
    page = context.new_page()
    page.goto(site.url + "/admin/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("sett")
    expect(page.get_by_role("option", name="Settings")).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/settings/preferences")


def test_the_rail_folds_and_stays_folded(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies())
    page = context.new_page()
    page.goto(site.url + "/admin/")
    wide = page.locator(".rail").bounding_box()
    page.get_by_role("button", name="Fold the navigation").click()
    page.goto(site.url + "/admin/notifications")
    folded = page.locator(".rail").bounding_box()
    assert wide
    assert folded
    assert folded["width"] < wide["width"] / 2
    expect(page.get_by_role("link", name="Settings")).to_be_visible()


def test_menus_close_by_escape_and_give_the_focus_back(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies())
    page = context.new_page()
    page.goto(site.url + "/home")
    button = page.locator(".account-menu summary")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your profile")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your profile")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_counts_of_the_frame_come_afresh(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies())
    page = context.new_page()
    page.goto(site.url + "/cases")
    expect(page.locator("#count-incoming")).to_have_text("3")
    site.house.answers[("GET", "/portal/v1/shell")] = {"switches": {}, "counts": {"incoming": 7}, "accounts": []}
    page.evaluate("document.body.dispatchEvent(new Event('counts-changed'))")
    expect(page.locator("#count-incoming")).to_have_text("7")
    del site.house.answers[("GET", "/portal/v1/shell")]
    site.house.answers[("GET", "/portal/v1/shell")] = site.house._shell


def test_no_script_of_another_s_runs(site: Site, open_context: OpenContext) -> None:
    """Threat 34: what people write stays text, and the policy stops what should slip through."""
    payload = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
    site.house.users["evil"] = CLIENT | {"name": payload, "accounts": [CLIENT["accounts"][0] | {"name": payload}]}
    context = open_context()
    context.add_cookies(site.cookies(atrio_client="evil"))
    page = context.new_page()
    page.goto(site.url + "/profile")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hacked") is None
    blocked = page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 2';"
        " document.body.append(s); return window.hacked }"
    )
    assert blocked is None

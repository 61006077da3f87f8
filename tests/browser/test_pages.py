"""The gateway's own pages in a real browser: steps that lead from page to page, by keyboard and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenContext, Site
from tests.browser.eyes import Eyes, violations
from tests.gateway import safe
from tests.gateway.house import ACCOUNT, CLIENT, CLIENT_SESSION

pytestmark = pytest.mark.browser


def security_pages(page: Page, site: Site, session: str) -> Iterator[str]:
    """Go through the pages about sign-in and security in their states, and yield the name of each."""
    page.goto(f"{site.url}/nowhere")
    yield "nowhere"
    page.goto(f"{site.url}/sign-in/password")
    page.get_by_role("textbox").first.fill(str(CLIENT["email"]))
    page.locator("[name=password]").fill("right")
    page.keyboard.press("Enter")
    page.wait_for_url("**/factor")
    page.goto(f"{site.url}/sign-in/factor/lost")
    yield "lost second step"
    page.goto(f"{site.url}/sign-in/factor")
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


@pytest.mark.feature("B16")
def test_pages_that_open_step_by_step_can_be_used_by_everybody(chromium: Browser, site: Site) -> None:
    """The rest of the walk in test_every_page.py."""
    context = chromium.new_context(reduced_motion="reduce", service_workers="block", has_touch=True)
    page, eyes, wrong = context.new_page(), Eyes(), list[str]()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    found = {name: eyes(page) for name in security_pages(page, site, CLIENT_SESSION)}
    assert {name: texts for name, texts in found.items() if texts} == {}
    assert [text for text in wrong if "422" not in text and "404" not in text] == []
    context.close()


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


def test_what_a_page_asked_before_does_not_disturb_signing_out(site: Site, open_context: OpenContext) -> None:
    context = open_context(390)
    context.add_cookies(site.cookies())
    page, held = context.new_page(), []
    with page.expect_response("**/frame/counts"):
        page.goto(site.url + "/more")
    page.route("**/sign-out", lambda route: held.append(route))  # noqa: PLW0108 (Playwright asks a function's name)
    ended = {"status": 401, "headers": {"HX-Redirect": "/sign-in?next=/more"}}
    page.route("**/frame/counts", lambda route: route.fulfill(**ended))
    page.evaluate("setTimeout(() => htmx.trigger(document.body, 'counts-changed'), 1000)")
    with page.expect_response("**/frame/counts"):
        page.locator("main").get_by_role("button", name="Sign out").click(no_wait_after=True)
    held[0].continue_()
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


@pytest.mark.feature("B16")
def test_a_dialog_keeps_the_keyboard_and_gives_it_back(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies())
    page = context.new_page()
    page.goto(f"{site.url}/admin/clients/{ACCOUNT}")
    link = page.locator("a[data-dialog]:visible").first
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    inside = "document.activeElement.matches('body, dialog[open], dialog[open] *')"
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 14:
        page.keyboard.press(key)
        assert page.evaluate(inside), "the keyboard left the dialog"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


@pytest.mark.feature("B16")
def test_the_first_stop_of_the_keyboard_leads_to_the_content(site: Site, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies())
    page = context.new_page()
    for path in ("/home", "/admin/clients"):
        page.goto(site.url + path)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null"), path


@pytest.mark.feature("B16")
def test_what_can_be_pressed_shows_in_forced_colours(site: Site, open_context: OpenContext) -> None:
    """Where the system chooses the colours, grounds and shadows are gone: borders and outlines carry the meaning."""
    context = open_context(forced_colors="active")
    context.add_cookies(site.cookies())
    page = context.new_page()
    bare = """() => [...document.querySelectorAll('.btn, .form-control, .form-select, .form-check-input, .card')]
        .filter(one => one.checkVisibility() && !one.matches('.btn-link, .btn-quiet, .visually-hidden *'))
        .filter(one => getComputedStyle(one).borderTopStyle === 'none' && getComputedStyle(one).appearance === 'none')
        .map(one => one.outerHTML.slice(0, 120))"""
    for path in ("/home", "/profile", "/admin/settings/preferences", "/admin/clients"):
        page.goto(site.url + path)
        assert page.evaluate(bare) == [], path
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", path


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

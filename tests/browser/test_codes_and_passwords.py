"""The one-time code's limits and the rule for passwords, as a client meets them on the running installation."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser import main_job as job
from tests.browser.conftest import OpenContext
from tests.browser.main_job import Client, Mailbox, expect
from tests.browser.test_passkeys import Authenticator, by_password, signed_in
from tests.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(240)]

GUESSABLE, SHORT = "passwordpassword1", "gaviota-mol"
NINE = "zq7-Rwv9k"


@pytest.mark.feature("B1", "B6")
def test_codes_and_passwords_keep_to_their_rules(atrio: Running, open_context: OpenContext) -> None:
    client = Client("en")
    staff = open_context().new_page()
    job.sign_in_as_staff(staff, atrio)
    job.invite(staff, atrio, job.add_client(staff, atrio, client))
    mailbox = Mailbox(staff.context, atrio.url)
    context = open_context(390)
    page = context.new_page()

    page.goto(mailbox.link(client.email, "/invitation/"))
    for refused, words in ((SHORT, "at least 15 characters"), (GUESSABLE, "easy to guess")):
        page.fill("[name=password]", refused)
        page.click("form .btn-primary")
        expect(page.locator("#f-password-error")).to_contain_text(words)
    page.fill("[name=password]", job.PASSWORD)
    page.click("form .btn-primary")
    signed_in(page)
    job.sign_out(page, atrio.url)

    page.goto(f"{atrio.url}/sign-in")
    page.fill("[name=email]", client.email)
    page.press("[name=email]", "Enter")
    expect(page.get_by_role("button", name=re.compile("Send a new code"))).to_be_disabled()  # for 60 s
    texted = re.search(r"#(\d{6})", mailbox.newest(client.mobile, "#"))
    assert texted
    wrong = f"{(int(texted[1]) + 1) % 10**6:06}"
    for words in ("is not right", "is not right", "is not right", "is not right", "no more"):
        give_code(page, wrong)
        expect(page.locator("#f-code-error")).to_contain_text(words)
    give_code(page, texted[1])
    expect(page.locator("#f-code-error")).to_contain_text("no more")  # the right one, after five wrong ones

    page.get_by_role("button", name="Send it by e-mail instead").click()
    mailed = re.search(r"\b(\d{6})\b", re.sub(r"<[^>]*>", " ", mailbox.newest(client.email, "your code to sign in")))
    assert mailed
    page.fill("[name=code]", mailed[1])
    signed_in(page)

    device = Authenticator(context, page)
    page.goto(f"{atrio.url}/profile/security/passkeys/new")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have saved them").click()
    page.goto(f"{atrio.url}/profile/security/password")
    page.fill("[name=current]", job.PASSWORD)
    page.fill("[name=new]", NINE)  # with a second factor eight characters are enough
    page.get_by_role("button", name="Save password").click()
    expect(page).to_have_url(re.compile(r"/profile/security$"))
    job.sign_out(page, atrio.url)
    device.verifies(False)  # or it would take the passkey that the browser offers
    page.goto(f"{atrio.url}/sign-in/password")
    by_password(page, client.email, NINE)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()


def give_code(page: Page, code: str) -> None:
    """Write the code, whose sixth digit sends the form, and wait for the answer."""
    with page.expect_navigation():
        page.fill("[name=code]", code)

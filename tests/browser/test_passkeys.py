"""Passkeys, authenticator apps and recovery codes in a real browser, on the running installation (B2)."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page

from services.chassis import clock
from tests.browser import main_job as job
from tests.browser.conftest import OpenContext
from tests.browser.main_job import Client, Mailbox, expect
from tests.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(240)]


class Authenticator:
    """A device that keeps passkeys and opens them by itself (WebAuthn level 3, section 11, user agent automation)."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._session: CDPSession = context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self._id = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def verifies(self, user: bool) -> None:
        """Say whether the device will know its user: by fingerprint, face or PIN."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": user})

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody touches the device in here: signing out shows the sign-in page, whose fields offer the passkey."""
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self._id, "enabled": False})
        yield
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self._id, "enabled": True})

    def count(self) -> int:
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return len(found["credentials"])


@pytest.mark.feature("B2")
def test_a_client_adds_a_passkey_and_signs_in_with_it(atrio: Running, open_context: OpenContext) -> None:
    client = Client("en")
    staff = open_context().new_page()
    job.sign_in_as_staff(staff, atrio)
    job.invite(staff, atrio, job.add_client(staff, atrio, client))
    context = open_context(390)
    page = context.new_page()
    device = Authenticator(context, page)

    job.accept_invitation(page, Mailbox(staff.context, atrio.url).link(client.email, "/invitation/"))
    page.get_by_role("status").get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My telephone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    job.no_sideways_scrolling(page)
    page.get_by_role("link", name="I have saved them").click()
    expect(page.get_by_role("heading", name="My telephone")).to_be_visible()
    assert device.count() == 1
    job.no_sideways_scrolling(page)

    with device.away():
        job.sign_out(page, atrio.url)
    device.verifies(False)
    page.goto(f"{atrio.url}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    device.verifies(True)
    page.get_by_role("button", name="Use a passkey").click()
    signed_in(page)

    with device.away():
        job.sign_out(page, atrio.url)
    # The browser offers the passkey in the field, and this device takes it at once: before all is loaded.
    page.goto(f"{atrio.url}/sign-in", wait_until="commit")
    signed_in(page)

    with device.away():
        job.sign_out(page, atrio.url)
    device.verifies(False)
    page.goto(f"{atrio.url}/sign-in/password")
    by_password(page, client.email, job.PASSWORD)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    device.verifies(True)
    page.get_by_role("button", name="Use a passkey").click()
    signed_in(page)


@pytest.mark.feature("B2")
def test_staff_enrols_at_the_first_sign_in(atrio: Running, open_context: OpenContext) -> None:
    email = f"rui.{secrets.token_hex(4)}@marincosta.example"
    atrio.atrio("create-staff", email, "--name", "Rui Costa", "--role", "agent")
    page = open_context().new_page()
    page.goto(f"{atrio.url}/admin/clients")
    by_password(page, email, atrio.staff_password)

    page.get_by_role("heading", name="Protect your access").wait_for()
    page.goto(f"{atrio.url}/admin/requests")
    expect(page).to_have_url(re.compile(r"/admin/security/enrol"))  # nothing else opens before
    page.get_by_role("link", name="Authenticator app").click()
    page.get_by_role("button", name="Show the QR code").click()
    page.get_by_text("Write it in by hand instead").click()
    app = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("Code of your authenticator app").fill("000000")
    expect(page.locator("#f-code-error")).to_contain_text("This code is not right")
    page.get_by_label("Code of your authenticator app").fill(app.at(clock.now(), counter_offset=-1))
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert codes[9] in download.value.path().read_text()
    page.get_by_role("link", name="I have saved them").click()
    expect(page).to_have_url(re.compile(r"/admin/requests$"))

    sign_out(page, atrio)
    by_password(page, email, atrio.staff_password)
    page.get_by_label("Code of your authenticator app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#f-code-error")).to_contain_text("This code is not right")
    page.get_by_label("Code of your authenticator app").fill(app.at(clock.now()))
    page.get_by_role("button", name="Sign in").click()
    signed_in(page)

    sign_out(page, atrio)
    by_password(page, email, atrio.staff_password)
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill("abcd-efgh-jkmn-pqrs")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#f-code-error")).to_contain_text("This code is not right")
    page.get_by_label("Recovery code").fill(codes[0].upper())
    page.get_by_label("Remember this device for 30 days").check()
    page.get_by_role("button", name="Sign in").click()
    signed_in(page)
    page.goto(f"{atrio.url}/admin/security")
    expect(page.locator(".means")).to_contain_text("9 codes are left.")

    sign_out(page, atrio)
    by_password(page, email, atrio.staff_password)  # this device is remembered, so the first step is enough
    signed_in(page)


def signed_in(page: Page) -> None:
    """Wait for a page that only who is signed in sees."""
    page.locator(".topbar, .desk-bar").wait_for()


def by_password(page: Page, email: str, password: str) -> None:
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")


def sign_out(page: Page, atrio: Running) -> None:
    page.locator(".desk-bar details.menu summary").click()
    page.locator("form[action='/admin/sign-out'] button").click()
    page.get_by_role("heading", name="Sign in to the admin").wait_for()

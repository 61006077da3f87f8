"""The main job by hand, in three languages, on a desk and on a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deploy.smoke import sample_pdf
from tests.browser import main_job as job
from tests.browser.conftest import OpenContext
from tests.browser.main_job import WORDS, Client, Mailbox, expect
from tests.running import Running


@pytest.mark.browser
@pytest.mark.stack
@pytest.mark.timeout(240)
@pytest.mark.feature("S1", "S3", "S4", "S5", "S6", "S10", "S11", "S12", "S15", "S16", "S30", "S31", "S32", "S33")
@pytest.mark.feature("S34", "S45", "S46", "S47", "S48", "S49", "S50", "S52", "B12")
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 390), ("pt", 390)])
def test_the_main_job(language: str, width: int, atrio: Running, open_context: OpenContext, tmp_path: Path) -> None:
    words, client = WORDS[language], Client(language)
    staff = open_context(1280).new_page()
    page = open_context(width, locale={"pt": "pt-PT"}.get(language, language)).new_page()
    mailbox = Mailbox(staff.context, atrio.url)

    job.sign_in_as_staff(staff, atrio)
    account_id = job.add_client(staff, atrio, client)
    job.invite(staff, atrio, account_id)

    mail = mailbox.newest(client.email, "/invitation/")
    assert words.accept in mail
    job.accept_invitation(page, mailbox.link(client.email, "/invitation/"))
    job.reload_until(page, f"text={client.account}")
    expect(page.get_by_role("heading", name=words.account_details)).to_be_visible()
    expect(page.get_by_role("heading", name=words.contact_persons)).to_be_visible()
    job.no_sideways_scrolling(page)
    job.sign_out(page, atrio.url)

    sign_in_by_code(page, atrio, client, mailbox)
    job.sign_out(page, atrio.url)
    sign_in_by_password(page, atrio, client)

    letter = sample_pdf("Engagement letter")
    staff.goto(f"{atrio.url}/admin/clients/{account_id}?tab=documents")
    job.upload(staff, "Engagement letter.pdf", letter)
    mailbox.newest(client.email, "Engagement letter.pdf")
    page.goto(f"{atrio.url}/home")
    job.reload_until(page, "text=Engagement letter.pdf")
    page.goto(f"{atrio.url}/documents")
    job.no_sideways_scrolling(page)
    expect(page.locator("tr", has_text="Engagement letter.pdf")).to_contain_text(words.new)
    assert job.download(page, "tr:has-text('Engagement letter.pdf') a[href$='/content']", tmp_path / "l.pdf") == letter

    statement = sample_pdf("Statement")
    job.upload(page, "September.pdf", statement)
    mailbox.newest(atrio.staff_email, "September.pdf")
    staff.reload()
    staff.click("text=September.pdf")
    assert job.download(staff, ".head a[href$='/content']", tmp_path / "s.pdf") == statement

    sign_id = ask_to_sign(staff, atrio, account_id)
    sign(page, atrio, sign_id, mailbox, client)
    expect(page.get_by_role("heading", name=words.signed)).to_be_visible()
    job.no_sideways_scrolling(page)
    job.reload_until(page, f"a[href='/sign/{sign_id}/sealed']")
    sealed = job.download(page, f"a[href='/sign/{sign_id}/sealed']", tmp_path / "sealed.pdf")
    assert b"/ByteRange" in sealed
    staff.goto(f"{atrio.url}/admin/sign-requests/{sign_id}")
    expect(staff.locator("main")).to_contain_text("Request signed")

    answer_a_request(staff, page, atrio, account_id)


def sign_in_by_code(page: Page, atrio: Running, client: Client, mailbox: Mailbox) -> None:
    """From the public page by "My account", with the code of the text message."""
    page.goto(atrio.url)
    page.locator("main a[href^='/sign-in']").first.click()
    page.fill("[name=email]", client.email)
    page.press("[name=email]", "Enter")
    page.wait_for_url("**/sign-in/code*")
    found = re.search(r"#(\d{6})", mailbox.newest(client.mobile, "#"))
    assert found
    page.fill("[name=code]", found[1])  # the sixth digit sends the form
    page.wait_for_url("**/home")


def sign_in_by_password(page: Page, atrio: Running, client: Client) -> None:
    page.goto(f"{atrio.url}/sign-in/password")
    page.fill("[name=email]", client.email)
    page.fill("[name=password]", job.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/home")


def ask_to_sign(staff: Page, atrio: Running, account_id: str) -> str:
    """Ask for a signature on the letter, put the field on its page, and send it; return the id."""
    staff.goto(f"{atrio.url}/admin/clients/{account_id}?tab=documents")
    staff.click("text=Engagement letter.pdf")
    staff.click("a[href^='/admin/sign-requests/new']")
    staff.fill("[name=title]", "Engagement letter")
    staff.click("form .btn-primary")
    staff.wait_for_url("**/prepare")
    sign_id = staff.url.split("/")[-2]
    job.place_signature(staff)
    with staff.expect_navigation():
        staff.locator(f"form[action$='{sign_id}/send'] button").click()
    return sign_id


def sign(page: Page, atrio: Running, sign_id: str, mailbox: Mailbox, client: Client) -> None:
    """From the mail to Finish: read, agree, draw."""
    page.goto(mailbox.link(client.email, f"/sign/{sign_id}"))
    page.click("a[href$='/disclosure']")
    button = page.locator("form[action$='/consent'] .btn-primary")
    page.check("[name=agree]")
    expect(button).to_be_enabled()
    expect(button).to_have_text(WORDS[client.language].agree)
    button.click()
    page.wait_for_url("**/fill")
    page.locator("[data-spot]").first.click()
    job.draw(page)
    page.click("[data-use]")
    job.no_sideways_scrolling(page)
    page.click("[data-finish]")
    page.wait_for_url("**/done")


def answer_a_request(staff: Page, page: Page, atrio: Running, account_id: str) -> None:
    """Staff asks, the client finds it among the incoming requests and replies with a document, staff sees both."""
    staff.goto(f"{atrio.url}/admin/requests/new?account_id={account_id}")
    staff.fill("[name=title]", "Bank statements")
    staff.fill("[name=message]", "Please send them.")
    staff.click("form .btn-primary")
    staff.wait_for_url(re.compile(r"/admin/requests/[0-9a-f-]{36}$"))
    page.goto(f"{atrio.url}/requests")
    job.reload_until(page, "text=Bank statements")
    job.no_sideways_scrolling(page)
    page.click("text=Bank statements")
    expect(page.locator("main")).to_contain_text("Please send them.")
    page.fill("[name=message]", "Here they are.")
    job.upload(page, "Statements.pdf", sample_pdf("Statements"))
    expect(page.locator(".thread")).to_contain_text("Here they are.")
    job.reload_until(staff, ".thread >> text=Statements.pdf")
    expect(staff.locator(".thread")).to_contain_text("Here they are.")

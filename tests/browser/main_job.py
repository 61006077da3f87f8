"""What staff and a client do in the main job, as steps in a browser. Elements are found as the pages name them."""

import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from deploy.staff_sign_in import device_of
from tests.running import Running

PASSWORD = "gaviota-molino-trigo-encina"
PENS = ((0.15, 0.7), (0.3, 0.25), (0.45, 0.75), (0.6, 0.3), (0.85, 0.6))


@dataclass
class Words:
    """What stands on the pages in one language."""

    accept: str
    account_details: str
    contact_persons: str
    agree: str
    signed: str
    new: str


WORDS = {
    "en": Words(
        "Accept invitation", "Account details", "Contact persons", "Agree and continue", "Request signed", "New"
    ),
    "es": Words(
        "Aceptar invitación",
        "Datos de la cuenta",
        "Personas de contacto",
        "Aceptar y continuar",
        "Solicitud firmada",
        "Nuevo",
    ),
    "pt": Words(
        "Aceitar convite", "Dados da conta", "Pessoas de contacto", "Aceitar e continuar", "Pedido assinado", "Novo"
    ),
}


@dataclass
class Client:
    """The client of one run of the job."""

    language: str
    mark: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def account(self) -> str:
        return f"Talleres {self.mark}, S.L."

    @property
    def email(self) -> str:
        return f"ana.{self.mark}@browser.example"

    @property
    def mobile(self) -> str:
        return f"+3461{int(self.mark, 16) % 10_000_000:07d}"


class Mailbox:
    """The captured messages, read in their page as a person would."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._request, self._url = context.request, url

    def newest(self, to: str, part: str) -> str:
        """Return the text of the newest message to `to` whose text contains `part`, waiting for it."""
        for _attempt in range(100):
            answer = self._request.get(f"{self._url}/dev/mailbox", params={"to": to})
            for link in re.findall(r'href="(/dev/mailbox/[^"?/]+)"', answer.text()):
                text = self._request.get(self._url + link).text()
                if part in text:
                    return text
            time.sleep(0.1)
        raise AssertionError(f"no message to {to} with {part}")

    def link(self, to: str, part: str) -> str:
        """Return the first address with `part` in the newest message to `to` that has one."""
        text = self.newest(to, part)
        found = re.search(rf'{re.escape(self._url)}[^\s"<]*{re.escape(part)}[^\s"<]*', text)
        assert found
        return found[0]


def sign_in_as_staff(page: Page, atrio: Running) -> None:
    """Sign in in a browser that the person had remembered, so that the password is enough."""
    cookies = device_of(atrio.staff_visitor())
    page.context.add_cookies([{"name": name, "value": value, "url": atrio.url} for name, value in cookies.items()])
    page.goto(f"{atrio.url}/admin/sign-in")
    page.fill("[name=email]", atrio.staff_email)
    page.fill("[name=password]", atrio.staff_password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/admin/?$"))


def add_client(page: Page, atrio: Running, client: Client) -> str:
    """Add the client with its contact person by the form, and return the account's id."""
    page.goto(f"{atrio.url}/admin/clients/new")
    page.fill("[name=name]", client.account)
    page.fill("[name='contacts.0.name']", "Ana Acosta")
    page.fill("[name='contacts.0.email']", client.email)
    page.fill("[name='contacts.0.mobile']", client.mobile)
    page.select_option("[name='contacts.0.locale']", client.language)
    page.uncheck("[name='contacts.0.invite']")
    page.click("form .btn-primary")
    page.wait_for_url(re.compile(r"/admin/clients/[0-9a-f-]{36}$"))
    return page.url.rpartition("/")[2]


def invite(page: Page, atrio: Running, account_id: str) -> None:
    """Tick the contact person in the dialog that the More menu opens, and save (S1, S3, S4)."""
    page.goto(f"{atrio.url}/admin/clients/{account_id}")
    page.click(".head-actions details.menu summary")
    page.click(".head-actions .menu-list a[href*='/invite']")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=contact_ids]").first.check()
    dialog.locator(".btn-primary").click()
    expect(dialog).to_have_count(0)


def accept_invitation(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.click("form .btn-primary")
    page.wait_for_url("**/home")


def sign_out(page: Page, url: str) -> None:
    page.goto(f"{url}/more")
    page.locator("main form[action='/sign-out'] button").click()
    expect(page.locator("form[action='/sign-out']")).to_have_count(0)


def upload(page: Page, name: str, content: bytes) -> None:
    """Choose a file in the page's upload field and send it."""
    chosen = {"name": name, "mimeType": "application/pdf", "buffer": content}
    page.locator("form[data-upload] input[type=file]").first.set_input_files(chosen)  # type: ignore[arg-type]
    with page.expect_navigation():
        page.locator("form[data-upload] [data-upload-submit]").click()


def reload_until(page: Page, selector: str) -> None:
    """Load the page again until the selector is there: what another service says arrives a moment later."""
    for _attempt in range(60):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(150)
        page.reload()
    raise AssertionError(f"{page.url} never shows {selector}")


def download(page: Page, selector: str, to: Path) -> bytes:
    with page.expect_download() as started:
        page.locator(selector).first.click()
    started.value.save_as(to)
    return to.read_bytes()


def no_sideways_scrolling(page: Page) -> None:
    """The page fits the width of its window."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def place_signature(page: Page) -> None:
    """Drag the signature from the palette onto the first page, and wait until it is saved."""
    page.bring_to_front()  # a window behind another takes a second for each move of the mouse
    button, sheet = page.locator("[data-palette] [data-type=signature]"), page.locator("[data-places='1']")
    button.wait_for()
    start, target = button.bounding_box(), sheet.bounding_box()
    assert start
    assert target
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] * 0.3, target["y"] + target["height"] * 0.4, steps=4)
    page.mouse.up()
    expect(page.locator("[data-placed] li")).to_have_count(1)
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"\d\d:\d\d"))


def draw(page: Page) -> None:
    """Draw a line across the pad with the mouse."""
    page.bring_to_front()
    box = page.locator("#pad canvas").bounding_box()
    assert box
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in PENS]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


__all__ = ["PASSWORD", "WORDS", "Client", "Mailbox", "expect"]

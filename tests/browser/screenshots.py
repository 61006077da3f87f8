"""Takes the pictures of README.md anew: of a new demo firm, in a real browser. `make screenshots` runs it."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.staff_sign_in import Staff, device_of, sign_in
from deploy.visitor import Visitor
from services.contracts import SERVICES
from tests.browser.conftest import ARGUMENTS, chromium_path
from tests.deploy.house import read_until_ready, up
from tests.parts import ROOT
from tests.running import free_ports

PICTURES = ROOT / "docs" / "img"
STAFF, CLIENT = "lucia@marincosta.example", "ana@talleresacosta.example"
TO_SIGN, ACCOUNT = "Carta de encargo 2027", "Talleres Acosta, S.L."


class Photographer:
    """Takes pictures of the demo firm at `url`, whose people sign in as `people` says."""

    def __init__(self, browser: Browser, url: str, people: dict[str, Staff]) -> None:
        self._browser, self._url, self._people = browser, url, people

    def client_pages(self) -> None:
        """Home on a desk and on a phone, and a document to sign."""
        page = self._signed_in("/sign-in/password", CLIENT)
        self._keep(page, "home.png")
        phone = self._signed_in("/sign-in/password", CLIENT, width=390, height=844)
        self._keep(phone, "home-phone.png")
        page.goto(f"{self._url}/requests")
        page.get_by_role("link", name=TO_SIGN).first.click()
        page.wait_for_load_state("networkidle")
        self._keep(page, "sign.png")

    def staff_pages(self) -> None:
        """A client in the admin."""
        page = self._signed_in("/admin/sign-in", STAFF)
        page.goto(f"{self._url}/admin/clients")
        page.get_by_role("link", name=ACCOUNT).first.click()
        self._keep(page, "client.png")

    def _signed_in(self, path: str, email: str, *, width: int = 1280, height: int = 860) -> Page:
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale="es")
        who = self._people[email]
        if who.authenticator:  # from a browser that was remembered, the password is enough
            visitor = Visitor(self._url)
            sign_in(visitor, who)
            cookies = device_of(visitor).items()
            context.add_cookies([{"name": name, "value": value, "url": self._url} for name, value in cookies])
        page = context.new_page()
        page.goto(f"{self._url}{path}")
        page.fill("[name=email]", email)
        page.fill("[name=password]", who.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    @staticmethod
    def _keep(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / name)
        print(f"docs/img/{name}")


def main() -> None:
    """Start Atrio with a new demo firm, take every picture, and stop it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        port = free_ports(len(SERVICES))
        program = up(Path(folder), port, demo=True)
        try:
            print("".join(read_until_ready(program)))
            rows = json.loads((Path(folder) / "demo.json").read_text())["sign_ins"]
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
            people = {row["email"]: Staff(row["email"], row["password"], row.get("authenticator", "")) for row in rows}
            photographer = Photographer(browser, f"http://localhost:{port}", people)
            photographer.client_pages()
            photographer.staff_pages()
        finally:
            program.terminate()
            program.wait()


if __name__ == "__main__":
    main()

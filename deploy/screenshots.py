"""`make screenshots`: the pictures of README.md, taken of the demo firm with the system's Chromium."""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from services.contracts import SERVICES

PICTURES = Path(__file__).parents[1] / "docs" / "img"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
COLOURS = 128
STAFF, CLIENT = "lucia@marincosta.example", "ana@talleresacosta.example"
CLIENT_NAME = "Talleres Acosta, S.L."


@contextmanager
def demo_firm(data: Path) -> Iterator[str]:
    """Run Atrio with the demo firm on free ports until the body ends; gives its address."""
    port = free_ports()
    settings = {name: text for name, text in os.environ.items() if not name.startswith("ATRIO_")}
    settings |= {"ATRIO_DATA": str(data), "ATRIO_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "deploy.atrio", "up", "--demo"]
    program = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True)
    assert program.stdout
    try:
        if not any("Ctrl-C stops everything" in line for line in iter(program.stdout.readline, "")):
            raise SystemExit("Atrio did not start; `make up` says why.")
        yield f"http://localhost:{port}"
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)


def free_ports() -> int:
    """Return the first of as many free ports in a row as Atrio has parts."""
    for first in range(18000, 20000, 10):
        if all(_is_free(first + step) for step in range(len(SERVICES))):
            return first
    raise SystemExit("There are no free ports from 18000 to 20000.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def signed_in(browser: Browser, url: str, data: Path, email: str) -> Page:
    """Return the first page that a person of the demo firm sees."""
    people = json.loads((data / "demo.json").read_text())["sign_ins"]
    person = next(one for one in people if one["email"] == email)
    page = browser.new_context(viewport=DESK, locale=person["locale"]).new_page()  # type: ignore[arg-type]
    page.goto(url + ("/admin/sign-in" if person["kind"] == "staff" else "/sign-in/password"))
    page.fill("[name=email]", email)
    page.fill("[name=password]", person["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/(admin/?|home)$"))
    return page


def take(page: Page, name: str) -> None:
    """Save what the page shows, in few colours: the pictures are part of the repository."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)
    print(f"{name}: {(PICTURES / name).stat().st_size // 1024} KB")


def take_all(browser: Browser, url: str, data: Path) -> None:
    """Take the four pictures that README.md shows."""
    client = signed_in(browser, url, data, CLIENT)
    take(client, "home.png")
    client.set_viewport_size(PHONE)  # type: ignore[arg-type]
    take(client, "home-phone.png")
    client.set_viewport_size(DESK)  # type: ignore[arg-type]
    client.locator("main a[href^='/sign/']").first.click()
    client.click("a[href$='/disclosure']")
    client.locator("[name=agree]:visible").check()
    client.locator("form[action$='/consent'] button.btn-primary").click()
    client.wait_for_url("**/fill")
    take(client, "sign.png")
    staff = signed_in(browser, url, data, STAFF)
    staff.goto(f"{url}/admin/clients")
    staff.get_by_role("link", name=CLIENT_NAME).first.click()
    staff.wait_for_url("**/admin/clients/*")
    take(staff, "client.png")


def main() -> None:
    """Start the demo firm, take the pictures, stop it."""
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if not chromium:
        raise SystemExit("Install Chromium (on Debian: apt-get install chromium).")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_firm(Path(folder)) as url, sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        take_all(browser, url, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()

"""A real browser, headless, for tests that use the pages as a person does."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""The first is Chromium without the windows around its pages, which cost as much as the pages."""
PATIENCE = 20_000
"""Milliseconds: a machine that many share may stand still for a while."""
expect.set_options(timeout=PATIENCE)
OpenContext = Callable[..., BrowserContext]


def chromium_path() -> str:
    """Return where the system's Chromium is; fail where there is none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, "install Chromium (on Debian: apt-get install chromium-headless-shell)"
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; a test that needs it fails where there is none.

    Not for longer than a module: Playwright keeps an event loop running in the thread, and a test that starts one
    of its own (the seal does) would fail beside it.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(chromium: Browser) -> Iterator[OpenContext]:
    """A function that opens a browser window of a person's own: `width`, and what Playwright's contexts take."""
    opened: list[BrowserContext] = []

    def open_one(width: int = 1280, **options: object) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()

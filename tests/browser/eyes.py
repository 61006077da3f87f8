"""Looking at a page from all sides: axe in light and dark, keyboard, touch, 200 % and the smallest phone."""

import json
from typing import Any

from playwright.sync_api import Page

from tests.parts import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
AXE_PATH = "/axe.min.js"
"""Where a test's site serves axe: of what comes from an address the browser keeps the compiled code."""
LOAD = f"""() => new Promise(loaded => {{
  const script = document.createElement("script");
  document.head.append(Object.assign(script, {{src: "{AXE_PATH}", onload: loaded, onerror: loaded}}));
}})"""
LOOKED_AT = (ROOT / "tests" / "browser" / "looked_at.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GOOD = ["landmark-one-main", "landmark-unique", "page-has-heading-one", "region", "skip-link", "tabindex"]
"""What axe calls best practice and we hold ourselves to: landmarks, headings, the order of the keyboard."""
SMALLEST, ZOOMED = 320, 640
"""CSS pixels: the narrowest phone, and a desk of 1280 at 200 % (WCAG 2.2, 1.4.4 and 1.4.10)."""


def violations(page: Page, *only: str, within: str = "body") -> list[str]:
    """Return what axe finds against WCAG 2.2 AA and what we hold ourselves to, or `only` some rules, and where.

    Of what lies outside `within` only what is said of pages as a whole is looked at.
    """
    _load_axe(page)
    if only:
        return _run(page, {"type": "rule", "values": list(only)}, within)
    found = _run(page, {"type": "tag", "values": WCAG}, within)
    return found + (_run(page, {"type": "rule", "values": GOOD}, "body") if within != "dialog[open]" else [])


def _load_axe(page: Page) -> None:
    if page.url.startswith("http"):
        page.evaluate(LOAD)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)


def _run(page: Page, rules: dict[str, Any], within: str) -> list[str]:
    run = "([within, rules]) => axe.run(within, rules).then(r => r.violations)"
    found = page.evaluate(run, [within, {"runOnly": rules, "resultTypes": ["violations"]}])
    return [f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']])[:300]}" for one in found]


def too_wide(page: Page, width: int) -> list[str]:
    """Return what stands out of a window of `width`."""
    page.set_viewport_size({"width": width, "height": 800})
    found: list[str] = page.evaluate(f"(() => {{ {LOOKED_AT}; return lookedAt.tooWide() }})()")
    return [f"at {width} px: {what}" for what in found]


class Eyes:
    """Looks at pages one after the other. The frame around pages of a kind is looked at with the first of them."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def __call__(self, page: Page) -> list[str]:
        """Return what is wrong: at 1280 px in light, by keyboard, at 200 %, then at 320 px, in dark and by touch."""
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        within = self._within(page)
        found = violations(page, within=within)
        found += too_wide(page, ZOOMED)
        page.keyboard.press("Tab")
        found += page.evaluate("within => lookedAt.byKeyboard(within)", within)
        page.emulate_media(color_scheme="dark")
        found += too_wide(page, SMALLEST)
        found += page.evaluate("within => lookedAt.tooSmall(within)", within)
        return found + [f"dark: {what}" for what in violations(page, "color-contrast", within=within)]

    def _within(self, page: Page) -> str:
        frame = page.evaluate("document.body.className")
        if page.query_selector("dialog[open]"):
            return "dialog[open]"
        within = "main" if frame in self._known else "body"
        self._known.add(frame)
        return within

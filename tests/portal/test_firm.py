"""What the firm shapes without a developer: logo, texts by language, buttons (S19, S23, S29)."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from services.chassis.testing.harness import Browser, Harness
from services.portal.settings.logo import MOST_BYTES
from tests.portal.conftest import Client, errors_of

LOGO, SHOWN = "/v1/settings/logo", "/v1/brand/logo"


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 200), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#1f5f8b").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_told(portal: Harness, staff: Browser, kind: str) -> None:
    assert portal.anyone().get(SHOWN).status_code == 404
    saved = staff.put(LOGO, data=picture(kind))
    assert saved.status_code == 200, saved.json
    shown = portal.anyone().get(SHOWN)
    assert shown.content_type == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(shown.data)).size == (640, 160)
    told = portal.recorded("portal.settings.saved.v1")[-1]
    assert told.data["logo"] == saved.json["logo"] == portal.anyone().get("/v1/brand").json["logo"] != ""


def test_nothing_but_the_picture_is_kept(portal: Harness, staff: Browser) -> None:
    secret = PngInfo()
    secret.add_text("Comment", "<script>alert(1)</script>")
    staff.put(LOGO, data=picture(pnginfo=secret) + b"<html>trailing</html>")
    kept = portal.anyone().get(SHOWN).data
    assert b"script" not in kept
    assert b"html" not in kept


def _bomb() -> bytes:
    """Return a PNG of a few bytes that says it is 30,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 415),
        (b"GIF89a" + bytes(20), 415),
        (b"", 415),
        (b"%PDF-1.7", 415),
        (picture()[:200], 422),
        (_bomb(), 422),
        (bytes(MOST_BYTES + 1), 413),
    ],
)
def test_what_is_no_picture_is_refused(portal: Harness, staff: Browser, content: bytes, status: int) -> None:
    assert staff.put(LOGO, data=content, content_type="image/png").status_code == status
    assert portal.anyone().get(SHOWN).status_code == 404


def test_a_logo_is_replaced_and_removed(portal: Harness, staff: Browser) -> None:
    first = staff.put(LOGO, data=picture()).json["logo"]
    assert staff.put(LOGO, data=picture(size=(100, 100))).json["logo"] not in ("", first)
    assert staff.delete(LOGO).json["logo"] == ""
    assert portal.anyone().get(SHOWN).status_code == 404
    version = staff.get("/v1/settings").json["version"]
    assert staff.delete(LOGO).json["version"] == version


def test_only_who_may_change_settings_changes_the_logo(portal: Harness, acosta: Client) -> None:
    for browser in (portal.staff("clients.write"), acosta.browser):
        assert browser.put(LOGO, data=picture()).status_code == 403
        assert browser.delete(LOGO).status_code == 403


def test_texts_are_kept_by_language_and_each_on_its_own(portal: Harness, staff: Browser) -> None:
    terms = {"en": "# Terms\n\nBe kind.", "pt": "Seja gentil."}
    staff.put("/v1/settings", json={"version": 1, "texts": {"terms": terms}})
    saved = staff.put("/v1/settings", json={"version": 2, "texts": {"sign_in": {"en": "Welcome back."}}})
    assert saved.json["texts"] == {"terms": terms, "privacy": {}, "sign_in": {"en": "Welcome back."}}
    assert portal.anyone().get("/v1/brand/texts").json["terms"] == terms
    assert portal.anyone().get("/v1/brand").json["sign_in_text"] == {"en": "Welcome back."}


def test_the_banner_may_differ_by_language(portal: Harness, staff: Browser) -> None:
    change = {"version": 1, "banner": "Tax season", "banners": {"es": "Campaña"}, "tax_number": "B93555014"}
    assert staff.put("/v1/settings", json=change).status_code == 200
    brand = portal.anyone().get("/v1/brand").json
    assert (brand["banner"], brand["banners"], brand["tax_number"]) == ("Tax season", {"es": "Campaña"}, "B93555014")


BUTTONS: list[dict[str, Any]] = [
    {"kind": "contact", "labels": {"es": "Escríbanos"}},
    {"kind": "link", "labels": {"en": "Our blog"}, "url": "https://blog.example/", "icon": "link"},
    {"kind": "documents"},
]


def test_the_buttons_have_words_links_and_an_order(staff: Browser, acosta: Client) -> None:
    saved = staff.put("/v1/settings", json={"version": 1, "buttons": BUTTONS})
    assert saved.status_code == 200, saved.json
    assert saved.json["action_buttons"] == ["contact", "documents"]
    for path in ("/v1/home", "/v1/shell"):
        buttons = acosta.browser.get(path).json["buttons"]
        assert [button["kind"] for button in buttons] == ["contact", "link", "documents"]
        assert buttons[1]["url"] == "https://blog.example/"
    staff.put("/v1/settings", json={"version": 2, "switches": {"share_documents": False}})
    assert [button["kind"] for button in acosta.browser.get("/v1/home").json["buttons"]] == ["contact", "link"]


def test_who_knows_the_names_alone_keeps_words_and_links(staff: Browser) -> None:
    staff.put("/v1/settings", json={"version": 1, "buttons": BUTTONS})
    saved = staff.put("/v1/settings", json={"version": 2, "action_buttons": ["pay", "contact"]}).json
    assert [button["kind"] for button in saved["buttons"]] == ["pay", "contact", "link"]
    assert saved["buttons"][1]["labels"] == {"es": "Escríbanos"}


LINK: dict[str, Any] = {"kind": "link", "labels": {"en": "Blog"}, "url": "https://blog.example/"}


@pytest.mark.parametrize(
    ("field", "buttons"),
    [
        ("buttons.0.url", [LINK | {"url": "http://blog.example/"}]),
        ("buttons.0.url", [LINK | {"url": "javascript:alert(1)"}]),
        ("buttons.0.url", [LINK | {"url": ""}]),
        ("buttons.0.labels", [LINK | {"labels": {"en": " "}}]),
        ("buttons.0.icon", [LINK | {"icon": "../../x"}]),
        ("buttons.0.kind", [{"kind": "withdraw"}]),
        ("buttons.0.url", [{"kind": "pay", "url": "https://elsewhere.example/"}]),
        ("buttons", [{"kind": "pay"}, {"kind": "pay"}]),
        ("buttons", [LINK] * 13),
    ],
)
def test_a_wrong_button_is_refused(staff: Browser, field: str, buttons: list[dict[str, Any]]) -> None:
    errors = errors_of(staff.put("/v1/settings", json={"version": 1, "buttons": buttons}))
    assert any(name == field or name.startswith(f"{field}.") for name in errors), errors

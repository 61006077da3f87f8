"""What makes the portal an app of a phone (B16): manifest, icons, worker and the page for when there is no network."""

import re
from io import BytesIO

import pytest
from PIL import Image
from werkzeug import Response

from gateway.portal.installable.icons import KINDS
from tests.gateway.conftest import Visitor
from tests.gateway.house import BRAND, CLIENT, CLIENT_SESSION, STAFF_SESSION, House

LOGO = ("GET", "/portal/v1/brand/logo")


def manifest_of(visitor: Visitor, page: str = "/") -> str:
    """Return where the manifest of a page is, empty for none."""
    found = re.search(r'<link rel="manifest" href="([^"]+)"', visitor.get(page).text)
    return found[1].replace("&amp;", "&") if found else ""


def picture(visitor: Visitor, address: str) -> Image.Image:
    answer = visitor.get(address)
    assert answer.content_type == "image/png"
    return Image.open(BytesIO(answer.data)).convert("RGB")


def test_the_manifest_has_the_firms_name_colour_and_icons(anybody: Visitor) -> None:
    answer = anybody.get(manifest_of(anybody))
    manifest = answer.get_json()
    assert answer.content_type == "application/manifest+json"
    assert "public" in answer.headers["Cache-Control"]
    assert (manifest["short_name"], manifest["theme_color"]) == (BRAND["firm_name"], BRAND["accent"])
    assert (manifest["start_url"], manifest["id"], manifest["display"]) == ("/home", "/home", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        width = int(icon["sizes"].split("x")[0])
        assert picture(anybody, icon["src"]).size == (width, width)


def test_the_manifest_speaks_the_language_of_the_page(house: House) -> None:
    visitor = Visitor(house.gateway(), atrio_language="pt")
    manifest = visitor.get(manifest_of(visitor)).get_json()
    assert manifest["lang"] == "pt-PT"
    assert {shortcut["name"] for shortcut in manifest["shortcuts"]} == {"Pedidos recebidos", "Documentos"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_without_a_logo_the_initials_stand_on_the_firms_colour(kind: str, anybody: Visitor) -> None:
    image = picture(anybody, f"/app-icon/{kind}.png")
    assert image.getpixel((0, 0)) == (0x1F, 0x5F, 0x8B)
    assert image.getcolors(10_000), "letters are there"
    assert (255, 255, 255) in {colour for _count, colour in image.getcolors(10_000) or []}


def test_the_logo_stands_within_what_any_shape_leaves(house: House) -> None:
    drawn = BytesIO()
    Image.new("RGBA", (400, 100), "#aa0000").save(drawn, "PNG")
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"logo": "5f2d8c1ab0e94c3f"}
    house.answers[LOGO] = Response(drawn.getvalue(), content_type="image/png")
    image = picture(Visitor(house.gateway()), "/app-icon/maskable.png")
    red = [x for x in range(512) if image.getpixel((x, 256)) == (0xAA, 0, 0)]
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert min(red) > 512 * 0.1
    assert max(red) < 512 * 0.9


def test_another_name_gives_another_icon_and_another_worker(house: House) -> None:
    before = Visitor(house.gateway())
    address, worker = manifest_of(before), before.get("/service-worker.js").text
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"firm_name": "Otra Casa"}
    after = Visitor(house.gateway())
    assert manifest_of(after) != address
    assert after.get("/service-worker.js").text != worker


def test_what_the_worker_keeps_has_nothing_of_a_person(house: House) -> None:
    """Threat 38: a kept page that knew who asked for it would show that to whoever comes next."""
    stranger, ana = Visitor(house.gateway()), Visitor(house.gateway(), atrio_client=CLIENT_SESSION)
    worker = ana.get("/service-worker.js?lang=es").text
    pages = re.findall(r'"(/(?!static/)[^"]+)"', worker.split("const CACHE")[0].replace("\\u0026", "&"))
    assert len(pages) >= 3
    for kept in pages:
        told, known = stranger.get(kept), ana.get(kept)
        assert told.data == known.data, kept
        assert known.status_code == 200, kept
        assert CLIENT["name"].encode() not in known.data
        assert b"csrf" not in known.data.lower()


def test_the_offline_page_is_in_the_language_that_was_asked_for(anybody: Visitor) -> None:
    for language, words in (("en", "You are offline"), ("es", "No tiene conexión"), ("pt", "Está sem ligação")):
        page = anybody.get(f"/offline?lang={language}").text
        assert words in page, language
    assert 'lang="en"' in anybody.get("/offline?lang=<script>").text


def test_only_who_is_signed_in_at_the_portal_gets_a_worker(house: House) -> None:
    everybody = Visitor(house.gateway(), atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    assert 'data-worker="/service-worker.js?lang=en"' in everybody.get("/home").text
    assert 'data-worker=""' in Visitor(house.gateway()).get("/").text
    assert "data-worker" not in everybody.get("/admin/").text
    assert manifest_of(everybody, "/admin/") == ""


def test_no_other_icon_is_there(anybody: Visitor) -> None:
    assert anybody.get("/app-icon/9000.png").status_code == 404

"""The headers of every page (threats 34, 38)."""

import gzip
import re

import pytest

from gateway.app import Gateway
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT_SESSION, STAFF_SESSION, House
from tests.gateway.routes import routes

CACHED = {"/brand.css", "/icon.svg", "/manifest.webmanifest"}


def open_paths(gateway: Gateway) -> list[str]:
    """Return every path that answers a GET."""
    return [path for path, methods, _access in routes(gateway) if "GET" in methods]


def test_no_signed_in_page_is_kept_by_a_cache(gateway: Gateway) -> None:
    everybody = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    for path in open_paths(gateway):
        answer = everybody.get(path)
        if path not in CACHED and not path.startswith("/app-icon/"):
            assert answer.headers["Cache-Control"] == "no-store", path


def test_every_page_carries_the_security_headers(gateway: Gateway) -> None:
    everybody = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    for path in [*open_paths(gateway), "/nowhere"]:
        headers = everybody.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        expected = "no-referrer" if path.startswith("/shared/") else "same-origin"  # the address is the secret
        assert headers["Referrer-Policy"] == expected, path
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Request-ID"], path


def test_no_page_has_inline_script_or_style(gateway: Gateway) -> None:
    everybody = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    for path in open_paths(gateway):
        answer = everybody.get(path)
        if "text/html" in answer.headers.get("Content-Type", ""):
            inline = re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text)
            assert inline is None, f"{path}: {answer.text[inline.start() : inline.start() + 80]}"


def test_https_is_strict(house: House) -> None:
    visitor = Visitor(house.gateway(public_url="https://portal.example"))
    assert "Strict-Transport-Security" in visitor.client.get("/", headers={"Host": "portal.example"}).headers


@pytest.mark.parametrize("accent", ["red;}body{display:none", "#12345", "url(//evil)", None])
def test_a_colour_that_is_none_never_reaches_the_style_sheet(house: House, accent: str | None) -> None:
    from tests.gateway.house import BRAND

    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"accent": accent}
    css = Visitor(house.gateway()).get("/brand.css").text
    assert "--firm-accent:#1f5f8b;" in css
    assert css.count("{") == css.count("}") == 1


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_built_files_come_compressed_to_those_who_take_it(coding: str, anybody: Visitor) -> None:
    [css] = re.findall(r'href="(/static/dist/app[^"]+\.css)"', anybody.get("/").text)
    plain, packed = anybody.get(css), anybody.get(css, headers={"Accept-Encoding": coding})
    if plain.status_code == 200:
        assert packed.headers["Content-Encoding"] == coding
        assert packed.content_type.startswith("text/css")
        assert len(packed.data) < len(plain.data) / 4
        assert coding == "br" or gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in packed.headers["Vary"]
    assert anybody.get("/static/../app.py").status_code == 404


def test_pages_come_compressed_and_their_length_says_nothing(client: Visitor) -> None:
    """BREACH: who watches the line and has words of his own in a page learns nothing of the rest by its length."""
    packed = [client.get("/home", headers={"Accept-Encoding": "gzip"}) for _ in range(8)]
    page = gzip.decompress(packed[0].data)
    assert packed[0].headers["Content-Encoding"] == "gzip"
    assert b"Engagement letter" in page
    assert len(packed[0].data) < len(page) / 2
    assert len({len(gzip.decompress(one.data)) for one in packed}) == 1
    assert len({len(one.data) for one in packed}) > 2
    assert "Content-Encoding" not in client.get("/home").headers


def test_built_files_are_kept_for_a_year(anybody: Visitor) -> None:
    page = anybody.get("/").text
    [css] = re.findall(r'href="(/static/dist/app[^"]+\.css)"', page)
    answer = anybody.get(css)
    if answer.status_code == 200:
        assert "public" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]

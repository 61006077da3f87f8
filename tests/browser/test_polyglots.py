"""Files that are two things at once: sent through the gateway, opened in Chromium, and no script of theirs runs."""

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Error, Page

from deploy.smoke import Smoke, sample_pdf
from tests.running import Running

RAN = "A SCRIPT RAN"
JS = f"console.log('{RAN}')".encode()
TAG = b"<script>" + JS + b"</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"" + JS + b'"></svg>'
HTML = b"<!doctype html><html><body>" + TAG + b"</body></html>"
GIF = b"GIF89a/*" + b"\x00" * 8 + b"*/=1;" + JS + b"//"
JPEG = b"\xff\xd8\xff\xe0\x2f\x2aJFIF\x00" + b"\x00" * 40 + b"*/=1;" + JS + b"/*" + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + b"\x00" * 17
WEBP = b"RIFF=1/*WEBPVP8 */;" + JS + b"//"
BMP = b"BM=1;" + JS + b"//"
XSL = (
    b"<?xml version='1.0'?><?xml-stylesheet type='text/xml' href='#s'?><r><xsl:stylesheet id='s' version='1.0' "
    b"xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'>"
    + HTML
    + b"</xsl:template></xsl:stylesheet></r>"
)
MHTML = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
    + HTML
)
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 12 + HTML


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def with_script(action: bytes) -> bytes:
    """A PDF that wants to run JavaScript when it is opened."""
    body = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction"
        + action
        + b">>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>"
    )
    return body + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def corpus() -> dict[str, bytes]:
    pdf = sample_pdf("Polyglot")
    return {
        "script.svg": SVG,
        "drawing.pdf": SVG,
        "page.html": HTML,
        "page.txt": HTML,
        "spaces.txt": b" \n\t" * 30 + HTML,
        "late.txt": b"Dear Ana,\n" * 2000 + HTML,
        "mark.txt": b"\xef\xbb\xbf" + HTML,
        "wide.txt": b"\xff\xfe" + HTML.decode().encode("utf-16-le"),
        "seven.txt": b"+ADw-script+AD4-" + JS + b"+ADw-/script+AD4-",
        "quoted.csv": b'a,"' + TAG + b'"\n',
        "list.json": b'{"a": "' + TAG + b'"}',
        "plain.js": JS,
        "script.md": b"# Title\n" + TAG,
        "styled.xml": XSL,
        "entity.xml": b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x '" + TAG + b"'>]><r>&x;</r>",
        "xhtml.xml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>" + TAG + b"</html>",
        "late.xml": b"<?xml version='1.0'?><r>" + b"<a/>" * 3000 + SVG + b"</r>",
        "saved.mhtml": MHTML,
        "saved.eml": MHTML,
        "after.pdf": pdf + HTML,
        "page.pdf.html": pdf + HTML,
        "open.pdf": with_script(b"<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        "link.pdf": with_script(b"<</S/URI/URI(javascript:" + JS.replace(b"(", b"\\(").replace(b")", b"\\)") + b")>>"),
        "gifar.gif": GIF + zipped("x.js", JS),
        "script.gif": GIF,
        "script.jpg": JPEG,
        "comment.jpg": b"\xff\xd8\xff\xfe\x00\x50" + HTML + b"\xff\xd9",
        "chunk.png": PNG + HTML,
        "script.webp": WEBP,
        "script.bmp": BMP,
        "photo.heic": HEIC,
        "page.zip": zipped("index.html", HTML) + HTML,
        "page.docx": zipped("word/document.xml", HTML) + HTML,
        "note.rtf": b"{\\rtf1 " + HTML + b"}",
    }


WAYS = """url => Promise.all(['iframe:src', 'embed:src',
  'object:data', 'img:src', 'script:src', 'link:href'].map(way => {
  const [tag, name] = way.split(':'), element = document.createElement(tag);
  if (tag === 'link') element.rel = 'stylesheet';
  const over = new Promise(done => { element.onload = element.onerror = done; setTimeout(done, 1500); });
  element[name] = url;
  document.body.append(element);
  return over;
}))"""


def heard(page: Page) -> list[str]:
    """Return what the page's scripts, and those of whatever is in it, say from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: (said.append(RAN), dialog.dismiss()))
    return said


def open_alone(page: Page, url: str) -> None:
    with suppress(Error):  # what is an attachment becomes a download, and no page
        page.goto(url)


@contextmanager
def careless(files: dict[str, tuple[str, bytes]]) -> Iterator[str]:
    """A server that gives files out as what they claim to be, for the control."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = files.get(self.path, ("text/html", b"<body></body>"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        log_message: Callable[..., None] = lambda *_: None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.feature("B24")
def test_no_script_of_a_file_runs(atrio: Running, chromium: Browser) -> None:
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    taken = {name: _sent(job, name, content) for name, content in corpus().items()}
    assert sum(map(bool, taken.values())) > 12  # the rest was refused at the door
    assert not any(taken[name] for name in ("script.svg", "page.html", "xhtml.xml", "styled.xml"))
    context = chromium.new_context(accept_downloads=False)
    context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": atrio.url} for one in job.client.session.cookies]
    )
    page = context.new_page()
    said = heard(page)
    for document_id in filter(None, taken.values()):
        for url in (f"/documents/{document_id}/content", f"/api/documents/v1/documents/{document_id}/content"):
            open_alone(page, atrio.url + url)
    page.goto(atrio.url + "/home")
    for document_id in filter(None, taken.values()):
        page.evaluate(WAYS, f"/documents/{document_id}/content")
    assert not [words for words in said if RAN in words]
    context.close()


def test_the_detector_sees_a_script_run(chromium: Browser) -> None:
    files = {"/a.svg": ("image/svg+xml", SVG), "/b": ("text/html", HTML), "/c": ("text/javascript", GIF)}
    page = chromium.new_page()
    said = heard(page)
    with careless(files) as url:
        for path in ("/a.svg", "/b"):
            said.clear()
            page.goto(url + path)
            assert RAN in said
        for path in files:
            page.goto(url + "/empty")
            said.clear()
            page.evaluate(WAYS, path)
            assert RAN in said
    page.close()


def _sent(job: Smoke, name: str, content: bytes) -> str | None:
    answer = job.client.session.post(
        f"{job.client.url}/api/documents/v1/accounts/{job.account_id}/documents?name={quote(name)}",
        data=content,
        headers={"X-CSRF-Token": job.client.open("/home").csrf_token, "Origin": job.client.url},
        timeout=60,
    )
    assert answer.status_code in (201, 422), answer.text
    return str(answer.json()["id"]) if answer.status_code == 201 else None

"""What is taken and what it is called: told by the bytes, whatever the sender says (threats 12, 25, 26)."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.testing.harness import Harness
from services.documents.library.filenames import MAX, clean, disposition
from services.documents.uploads.content_types import recognise
from tests.documents.samples import PDF, PNG, send, uploaded, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(50)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
DOCX = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
INVOICE = b'<?xml version="1.0" encoding="UTF-8"?>\n<fe:Facturae xmlns:fe="http://www.facturae.gob.es/"></fe:Facturae>'

TAKEN = [
    (PDF, "a.pdf", "application/pdf"),
    (PNG, "a.png", "image/png"),
    (JPEG, "photo.JPEG", "image/jpeg"),
    (b"GIF89a" + bytes(20), "a.gif", "image/gif"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
    (HEIC, "a.heic", "image/heic"),
    (b"II*\x00" + bytes(20), "a.tif", "image/tiff"),
    (DOCX, "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "a.odt", "application/vnd.oasis.opendocument.text"),
    (zipped(a=b"b"), "a.zip", "application/zip"),
    (OLE, "a.xls", "application/vnd.ms-excel"),
    (OLE, "a.msg", "application/vnd.ms-outlook"),
    (b"{\\rtf1\\ansi hello}", "a.rtf", "application/rtf"),
    ("fecha;importe\n1/1;3,50 \u20ac\n".encode("cp1252"), "a.csv", "text/csv"),
    ("\ufeffhola, ma\u00f1ana".encode(), "a.txt", "text/plain"),
    ("hola, ma\u00f1ana".encode("utf-16"), "a.txt", "text/plain"),
    (b"{}", "a.json", "application/json"),
    (INVOICE, "a.xml", "application/xml"),
    (b":20:940325\n:25:BANK/1\n", "a.sta", "text/plain"),
    (b"From: a@b.example\nSubject: x\n\nHello", "a.eml", "message/rfc822"),
]
REFUSED = [
    (b"MZ\x90\x00" + bytes(100), "a.exe"),
    (b"MZ\x90\x00" + bytes(100), "a.pdf"),
    (b"\x7fELF\x02\x01\x01" + bytes(100), "a.pdf"),
    (b"\xca\xfe\xba\xbe" + bytes(100), "a.class"),
    (OLE, "setup.msi"),
    (OLE, "a"),
    (b"<!doctype html><script>alert(1)</script>", "a.html"),
    (b"  \n\t<HTML><body>", "a.txt"),
    (b"\xef\xbb\xbf<script>alert(1)</script>", "a.txt"),
    ("<script>alert(1)</script>".encode("utf-16"), "a.txt"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.svg"),
    (b'<?xml version="1.0"?><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>', "a.xml"),
    (b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', "a.xml"),
    (b'<?xml version="1.0"?><a xmlns:h="http://www.w3.org/1999/xhtml"><h:script/></a>', "a.xml"),
    (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "a.xml"),
    (b"<?php system($_GET[0]);", "a.xml"),
    (b"<% eval request %>", "a.asp"),
    (b"\x00\x01\x02\x03 binary", "a.txt"),
    (b" %PDF-1.7 not at the start\x00", "a.pdf"),
    (b"\x1f\x8b\x08\x00" + bytes(30), "a.gz"),
    (b"Rar!\x1a\x07\x00" + bytes(30), "a.rar"),
    (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "a.mp4"),
    (b" \n\n ", "a.txt"),
]


@pytest.mark.parametrize(("content", "name", "content_type"), TAKEN, ids=range(len(TAKEN)))
def test_taken(harness: Harness, account: UUID, content: bytes, name: str, content_type: str) -> None:
    document = uploaded(harness.staff(), account, content, name=name, headers={"Content-Type": "text/html"})
    assert (document["content_type"], document["name"]) == (content_type, name)
    answer = harness.staff().get(f"/v1/documents/{document['id']}/content")
    assert answer.headers["Content-Type"].partition(";")[0] == content_type
    assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(("content", "name"), REFUSED, ids=range(len(REFUSED)))
def test_refused(harness: Harness, account: UUID, content: bytes, name: str) -> None:
    answer = send(harness.staff(), account, content, name=name, headers={"Content-Type": "application/pdf"})
    assert (answer.status_code, answer.json["code"]) == (422, "type_not_allowed")
    assert harness.recorded() == []


SCRIPT = b"<script>parent.postMessage('owned','*')</script>"
POLYGLOTS = [
    (PDF[:9] + SCRIPT + PDF, "a.html", "a.html.pdf"),
    (b"GIF89a/*" + bytes(10) + b"*/=1;" + SCRIPT, "a.js", "a.js.gif"),
    (PNG + SCRIPT, "a.svg", "a.svg.png"),
    (JPEG + b"<?php phpinfo(); ?>", "a.php", "a.php.jpg"),
    (zipped(**{"META-INF/MANIFEST.MF": b"", "A.class": b"\xca\xfe\xba\xbe"}), "a.jar", "a.jar.zip"),
    (b"GIF89a" + zipped(x=b"y"), "a.zip", "a.zip.gif"),
    (b"hello " + SCRIPT, "a.htm", "a.htm.txt"),
    (b"@echo off\r\ndel *", "a.bat", "a.bat.txt"),
    (b"hello", "page.xhtml", "page.xhtml.txt"),
    (b"BM = 1;" + SCRIPT, "a.bmp", "a.bmp.txt"),
]


@pytest.mark.parametrize(("content", "name", "kept"), POLYGLOTS, ids=range(len(POLYGLOTS)))
def test_polyglots_are_given_out_inert(harness: Harness, account: UUID, content: bytes, name: str, kept: str) -> None:
    """What starts as something harmless keeps the name and the type of that, and no browser runs it."""
    document = uploaded(harness.staff(), account, content, name=name)
    assert document["name"] == kept
    answer = harness.staff().get(f"/v1/documents/{document['id']}/content?how=preview")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{kept}"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert not answer.headers["Content-Type"].startswith(
        ("text/html", "image/svg", "application/xhtml", "text/javascript")
    )


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system.ini", "system.ini.pdf"),
        ("/absolute/path/a.pdf", "a.pdf"),
        ("C:\\Users\\Ana\\Declaración.pdf", "Declaración.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        (".pdf", "pdf.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("a\x00.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\u2028b.pdf", "ab.pdf"),
        ("  spaced   out .pdf", "spaced out.pdf"),
        ("Informe.PDF", "Informe.PDF"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("x" * 4096 + ".pdf", "x" * 196 + ".pdf"),
        ("合同 😀.pdf", "合同 😀.pdf"),
    ],
)
def test_names_are_metadata(harness: Harness, account: UUID, name: str, kept: str) -> None:
    document = uploaded(harness.staff(), account, name=name)
    assert document["name"] == kept
    answer = harness.staff().get(f"/v1/documents/{document['id']}/content")
    assert answer.data == PDF
    assert "\n" not in answer.headers["Content-Disposition"]
    (stored,) = [path for path in (harness.folder / "files").rglob("*") if path.is_file()]
    assert stored.relative_to(harness.folder / "files" / "documents").as_posix().replace("/", "").isalnum()


@given(name=st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_name_becomes_a_safe_one(name: str) -> None:
    kept = clean(name, (".pdf",))
    assert 0 < len(kept) <= MAX
    assert kept.lower().endswith(".pdf")
    assert not set(kept) & set("/\\\0\r\n\u202e\u2028\x85")
    header = disposition(kept)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@given(head=st.binary(max_size=200), name=st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_told_or_refused(head: bytes, name: str) -> None:
    found = recognise(head, name)
    assert found is None or "html" not in found.content_type

"""PDF files for tests: plain, turned, cropped, damaged."""

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)


@dataclass(frozen=True)
class Page:
    """A page to make: its media box, what is shown of it, and its rotation."""

    media: tuple[float, float, float, float] = (0, 0, *A4)
    crop: tuple[float, float, float, float] | None = None
    rotation: int = 0
    text: str = "The client accepts the terms of this letter."


def make_pdf(pages: Sequence[Page] = (Page(),)) -> bytes:
    """Return a PDF with these pages."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        canvas.setPageSize((page.media[2] - page.media[0], page.media[3] - page.media[1]))
        if page.text:
            canvas.drawString(72, 72, page.text)
        canvas.showPage()
    canvas.save()
    with pikepdf.open(out) as pdf:
        for made, page in zip(pdf.pages, pages, strict=True):
            made.MediaBox = pikepdf.Array([round(number, 3) for number in page.media])
            if page.crop:
                made.CropBox = pikepdf.Array([round(number, 3) for number in page.crop])
            made.Rotate = page.rotation
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def encrypted_pdf(*, user: str = "", owner: str = "secret") -> bytes:
    """Return a PDF that is encrypted; with an empty `user` it opens without a password, but forbids changes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner=owner, user=user))
    return out.getvalue()


def png(width: int = 300, height: int = 100, *, blank: bool = False) -> bytes:
    """Return a PNG as a signature pad makes it: transparent, with a dark stroke."""
    rows = []
    for y in range(height):
        row = b""
        for x in range(width):
            on_stroke = not blank and abs(x / width - y / height) < 0.04
            row += b"\x1b\x2a\x4a\xff" if on_stroke else b"\0\0\0\0"
        rows.append(b"\0" + row)
    return _png(width, height, zlib.compress(b"".join(rows)))


def huge_png() -> bytes:
    """Return a small file that says it has 30,000 by 30,000 pixels."""
    return _png(30_000, 30_000, zlib.compress(bytes(1_000_000)))


def _png(width: int, height: int, data: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def flate_bomb() -> bytes:
    """Return a PDF whose one page's content unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m " * 1_000_000) for _ in range(170)) + packer.flush()
    return _with_content(packed, filter="FlateDecode")


def deep_pdf(depth: int = 200_000) -> bytes:
    """Return a PDF with arrays nested `depth` deep."""
    return _with_content(b"q Q", extra=b"/Deep " + b"[" * depth + b"]" * depth)


def reading_pdf() -> bytes:
    """Return a PDF whose content is said to stand in another file, of this machine or of the network."""
    return _with_content(b"", extra=b"/F (/etc/passwd) /FFilter /ASCIIHexDecode")


def _with_content(content: bytes, *, filter: str | None = None, extra: bytes = b"") -> bytes:
    stream = f"<< /Length {len(content)} {f'/Filter /{filter}' if filter else ''} ".encode() + extra
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>",
        stream + b" >>\nstream\n" + content + b"\nendstream",
    ]
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)

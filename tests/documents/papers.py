"""PDF files and pictures that can be shown, and such that cannot."""

import io
import zlib

import pikepdf
from PIL import Image
from reportlab.pdfgen import canvas


def pdf(*texts: str, size: tuple[float, float] = (595, 842)) -> bytes:
    """Return a PDF with a page for each text."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=size)
    for text in texts or ("A page",):
        paper.drawString(50, size[1] - 72, text)
        paper.showPage()
    paper.save()
    return out.getvalue()


def encrypted() -> bytes:
    """Return a PDF that opens with a password alone."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Secret"))) as paper:
        paper.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def many_pages(count: int) -> bytes:
    """Return a PDF with so many pages."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        for _ in range(count):
            paper.add_blank_page()
        paper.save(out)
    return out.getvalue()


def with_content(content: bytes) -> bytes:
    """Return a PDF whose one page draws `content`."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        paper.pages[0].Contents = paper.make_stream(content)
        paper.save(out, compress_streams=True)
    return out.getvalue()


def deep() -> bytes:
    """Return a PDF whose tree of pages is 30,000 levels deep."""
    parts, places = [b"%PDF-1.7\n"], []
    depth = 30_000
    bodies = ["<</Type/Catalog/Pages 2 0 R>>"]
    for number in range(2, depth):
        bodies.append(f"<</Type/Pages/Count 1/Kids[{number + 1} 0 R]>>")
    bodies.append("<</Type/Page/MediaBox[0 0 200 200]>>")
    offset = len(parts[0])
    for number, body in enumerate(bodies, 1):
        places.append(offset)
        parts.append(f"{number} 0 obj{body}endobj\n".encode())
        offset += len(parts[-1])
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    size = len(bodies) + 1
    end = f"trailer<</Root 1 0 R/Size {size}>>\nstartxref\n{offset}\n%%EOF".encode()
    return b"".join(parts) + f"xref\n0 {size}\n0000000000 65535 f \n".encode() + table + end


def reaching_out(address: str) -> bytes:
    """Return a PDF that wants to load things from `address` when it is opened and drawn."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Loads"))) as paper:
        paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=address)
        page = paper.pages[0]
        page.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.GoToR, F=address))
        remote = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, FS=pikepdf.Name.URL, F=address)
        image = paper.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1)
        image.ColorSpace, image.BitsPerComponent, image.F = pikepdf.Name.DeviceGray, 8, remote
        page.Resources.XObject = pikepdf.Dictionary(Im=image)
        page.contents_add(b"q 100 0 0 100 0 0 cm /Im Do Q")
        paper.save(out)
    return out.getvalue()


def picture(format: str = "PNG", size: tuple[int, int] = (60, 40), **how: object) -> bytes:
    """Return a picture, red on the left."""
    out = io.BytesIO()
    drawn = Image.new("RGB", size, "white")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    drawn.save(out, format, **how)
    return out.getvalue()


def huge_png(side: int = 30_000) -> bytes:
    """Return a small PNG file of `side` times `side` white pixels."""
    packer = zlib.compressobj(9)
    line = b"\0" + b"\xff" * (side // 8 + 1)
    content = b"".join(packer.compress(line * 100) for _ in range(side // 100)) + packer.flush()
    header = side.to_bytes(4, "big") * 2 + b"\x01\0\0\0\0"
    chunks = ((b"IHDR", header), (b"IDAT", content), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big") for name, body in chunks
    )

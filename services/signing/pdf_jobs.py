"""What is done to PDF files and pictures inside the sandbox. Nothing here is called directly: see `pdf.py`."""

import codecs
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from services.chassis.sandbox import Job, JobRefused
from services.signing.geometry import PageGeometry, shown_box

MAX_PAGES = 500
MAX_PAGE_POINTS = 14_400  # the largest page that PDF readers agree on (ISO 32000-2, annex C)
MIN_PAGE_POINTS = 36
MAX_PIXELS = 12_000_000
MAX_SIDE = 8_000
MAX_TEXT_PER_PAGE = 40_000
MAX_INK_SIDE = 4_000
MAX_INK_PIXELS = 4_000_000
INK_WIDTH = 1_200

ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/Collection", "/Perms")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def inspect(data: bytes) -> tuple[Any, list[bytes]]:
    """Return the pages of a PDF and, as one blob, its text page by page (a JSON list).

    Refuses with one of `pdf.FAILURES`. Strict on purpose: what one reader repairs in its own way,
    another one shows differently, and a signature needs one meaning.
    """
    if not data:
        raise JobRefused("empty")
    if b"%PDF-" not in data[:1024]:
        raise JobRefused("not_pdf")
    _refuse_encrypted(data)
    with _opened_strictly(data) as pdf:
        if len(pdf.pages) > MAX_PAGES:
            raise JobRefused("too_many_pages", str(len(pdf.pages)))
        if not len(pdf.pages):
            raise JobRefused("damaged", "no pages")
        geometries = [page_geometry(page) for page in pdf.pages]
        problems = pdf.check_pdf_syntax()
        if problems:
            raise JobRefused("damaged", str(problems[0]))
    return _inspect_with_pdfium(data, geometries)


def _refuse_encrypted(data: bytes) -> None:
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        raise JobRefused("encrypted" if locked else "damaged", str(error)) from None
    # A file that opens without a password may still forbid changes; it is encrypted all the same.
    revision = pdfium_c.FPDF_GetSecurityHandlerRevision(pdf)
    pdf.close()
    if revision != -1:
        raise JobRefused("encrypted")


@contextmanager
def _opened_strictly(data: bytes) -> Iterator[pikepdf.Pdf]:
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            yield pdf
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise JobRefused("damaged", str(error)) from None


def _inspect_with_pdfium(data: bytes, geometries: list[PageGeometry]) -> tuple[Any, list[bytes]]:
    with _opened(data) as pdf:
        if pdfium_c.FPDF_GetSignatureCount(pdf) > 0:
            raise JobRefused("has_signatures")
        if len(pdf) != len(geometries):
            raise JobRefused("damaged", "readers see different numbers of pages")
        texts = []
        for number, geometry in enumerate(geometries):
            page = pdf[number]
            _compare(page.get_size(), geometry, number + 1)
            texts.append(_text(page))
            page.close()
    return {"pages": [vars(geometry) for geometry in geometries]}, [json.dumps(texts).encode()]


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise JobRefused("damaged", str(error)) from None
    try:
        yield pdf
    except pdfium.PdfiumError as error:
        raise JobRefused("damaged", str(error)) from None
    finally:
        pdf.close()


def _compare(size: tuple[float, float], geometry: PageGeometry, number: int) -> None:
    sides = (geometry.width, geometry.height)
    if max(abs(seen - said) for seen, said in zip(size, sides, strict=True)) > 0.5:
        raise JobRefused("damaged", f"readers see page {number} in different sizes")
    if max(sides) > MAX_PAGE_POINTS or min(sides) < MIN_PAGE_POINTS:
        raise JobRefused("page_size", str(number))


def page_geometry(page: pikepdf.Page) -> PageGeometry:
    """Return the geometry of a page, with what it inherits."""
    media = [float(number) for number in page.mediabox]
    crop = [float(number) for number in page.cropbox]
    return shown_box(media, crop, int(_inherited(page, "/Rotate") or 0))


def _inherited(page: pikepdf.Page, key: str) -> Any:
    node: Any = page.obj
    for _ in range(100):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if node is not None else None


def _text(page: pdfium.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        text: str = text_page.get_text_range(0, min(text_page.count_chars(), MAX_TEXT_PER_PAGE))
        return text.replace("\r\n", "\n")
    finally:
        text_page.close()


def render(data: bytes, *, number: int, scale: float) -> tuple[Any, list[bytes]]:
    """Return page `number` as lossless WebP at `scale` pixels a point, or less where that is too many pixels."""
    with _opened(data) as pdf:
        if not 1 <= number <= len(pdf):
            raise JobRefused("no_such_page")
        pdf.init_forms()
        page = pdf[number - 1]
        width, height = page.get_size()
        scale = min(scale, MAX_SIDE / max(width, height), (MAX_PIXELS / (width * height)) ** 0.5)
        picture = page.render(scale=scale, rev_byteorder=True).to_pil()
        out = io.BytesIO()
        # Method 0 takes a fifth of the time of the default for a tenth more bytes.
        picture.save(out, "WEBP", lossless=True, method=0, quality=0)
        page.close()
    return {"width": picture.width, "height": picture.height}, [out.getvalue()]


def ink(data: bytes) -> tuple[Any, list[bytes]]:
    """Return a drawn signature as a small transparent PNG of its ink alone.

    Refuses `not_png`, `too_large` (told by the header, before a pixel is decoded) and `blank`.
    """
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise JobRefused("not_png")
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if not width or not height or max(width, height) > MAX_INK_SIDE or width * height > MAX_INK_PIXELS:
        raise JobRefused("too_large", f"{width} x {height}")
    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"]).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise JobRefused("not_png", str(error)) from None
    if picture.getchannel("A").getextrema()[0] == 255:  # no transparency: dark on paper, so darkness is the ink
        picture.putalpha(picture.convert("L").point([255 - level for level in range(256)]))
    box = picture.getchannel("A").point([0] * 24 + [255] * 232).getbbox()
    if box is None or (box[2] - box[0]) < 4 and (box[3] - box[1]) < 4:
        raise JobRefused("blank")
    picture = picture.crop(box)
    if picture.width > INK_WIDTH:
        picture = picture.resize((INK_WIDTH, max(1, picture.height * INK_WIDTH // picture.width)))
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return {"width": picture.width, "height": picture.height}, [out.getvalue()]


def stamp(original: bytes, overlay: bytes, certificate: bytes, *, pages: list[int]) -> tuple[Any, list[bytes]]:
    """Return `original` with the pages of `overlay` drawn on `pages` and those of `certificate` at the end.

    What could make the document show something else later (scripts, actions, forms that can be filled) is
    taken out; what forms and notes show now becomes part of the page.
    """
    with (
        _opened_strictly(original) as pdf,
        pikepdf.open(io.BytesIO(overlay)) as drawn,
        pikepdf.open(io.BytesIO(certificate)) as appended,
    ):
        _make_static(pdf)
        for number, page in zip(pages, drawn.pages, strict=False):  # an overlay without marks has one empty page
            _draw_over(pdf, pdf.pages[number - 1], page)
        pdf.pages.extend(appended.pages)
        out = io.BytesIO()
        pdf.remove_unreferenced_resources()
        pdf.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return None, [out.getvalue()]


def _make_static(pdf: pikepdf.Pdf) -> None:
    if any("/Annots" in page for page in pdf.pages):
        if "/AcroForm" in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    for key in ACTIVE:
        if key in pdf.Root:
            del pdf.Root[key]
    names = pdf.Root.get("/Names")
    if names is not None and "/JavaScript" in names:
        del names["/JavaScript"]
    for page in pdf.pages:
        if "/AA" in page:
            del page["/AA"]
        _remove_actions(page)


def _remove_actions(page: pikepdf.Page) -> None:
    notes = page.get("/Annots")
    if notes is None:
        return
    links = [note for note in notes if note.get("/Subtype") == pikepdf.Name.Link and _is_harmless(note)]
    if links:
        page.Annots = pikepdf.Array(links)
    else:
        del page["/Annots"]


def _is_harmless(link: Any) -> bool:
    action = link.get("/A")
    return "/AA" not in link and (action is None or action.get("/S") in (pikepdf.Name.URI, pikepdf.Name.GoTo))


def _draw_over(pdf: pikepdf.Pdf, page: pikepdf.Page, drawn: pikepdf.Page) -> None:
    form = pdf.copy_foreign(drawn.as_form_xobject())
    name = page.add_resource(form, pikepdf.Name.XObject, prefix="Atrio")
    matrix = " ".join(f"{number:.6f}" for number in page_geometry(page).to_user_space())
    opened, closed = _balance(page)
    page.contents_add(b"q " * opened, prepend=True)
    page.contents_add(b"\n" + b"Q " * closed + f"q {matrix} cm {name} Do Q".encode())


def _balance(page: pikepdf.Page) -> tuple[int, int]:
    # A page may leave states on the stack or pop more than it pushed; the stamp needs a fresh one.
    depth = lowest = 0
    for instruction in pikepdf.parse_content_stream(page, "q Q"):
        depth += 1 if str(instruction.operator) == "q" else -1
        lowest = min(lowest, depth)
    opened = 1 - lowest
    return opened, opened + depth


def warm_up() -> None:
    """Do every job once: a child may open no file, so whatever is loaded on first use is loaded before."""
    codecs.lookup("utf-16-le")  # pdfium's text
    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(blank)
    dot = io.BytesIO()
    Image.new("RGB", (2_000, 60), "black").save(dot, "PNG")
    inspect(blank.getvalue())
    render(blank.getvalue(), number=1, scale=0.5)
    stamp(blank.getvalue(), blank.getvalue(), blank.getvalue(), pages=[1])
    ink(dot.getvalue())


JOBS: dict[str, Job] = {"inspect": inspect, "render": render, "ink": ink, "stamp": stamp}

"""What is done to PDF files and pictures inside the sandbox. Nothing here is called directly: see `drawing.py`."""

import codecs
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageOps

from services.chassis.sandbox import Job, JobRefused

MAX_PAGES = 10_000
MAX_SIDE = 8_000
MAX_PIXELS = 12_000_000
"""Of a picture that we make."""
MAX_SOURCE_PIXELS = 64_000_000
"""Of a picture that we read; a JPEG may have four times as many, as it can be read smaller."""
MAX_TEXT_PER_PAGE = 20_000
PICTURES = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")
FEW_COLOURS = 512

Image.MAX_IMAGE_PIXELS = None  # our own limit below is told apart from a damaged file


def inspect_pdf(data: bytes, *, first: int, count: int) -> tuple[Any, list[bytes]]:
    """Return the sizes of all pages in points, and as one blob the text of `count` pages from `first` on."""
    with _opened(data) as pdf:
        sizes = [[round(side, 2) for side in pdf.get_page_size(number)] for number in range(len(pdf))]
        texts = [_text(pdf, number) for number in range(first - 1, min(first - 1 + count, len(pdf)))]
    return sizes, [json.dumps(texts).encode()]


def draw_pdf(data: bytes, *, number: int, width: int) -> tuple[Any, list[bytes]]:
    """Return page `number` as WebP, `width` pixels wide or less where that is too many pixels."""
    with _opened(data) as pdf:
        if not 1 <= number <= len(pdf):
            raise JobRefused("no_such_page")
        pdf.init_forms()
        page = pdf[number - 1]
        wide, high = page.get_size()
        scale = min((width - 0.01) / wide, MAX_SIDE / max(wide, high), (MAX_PIXELS / (wide * high)) ** 0.5)
        picture = page.render(scale=scale, rev_byteorder=True).to_pil()
        page.close()
    return [picture.width, picture.height], [_encoded(picture)]


def inspect_picture(data: bytes, *, first: int, count: int) -> tuple[Any, list[bytes]]:
    """Return the sizes of a picture's pages in pixels (a TIFF may have several); pictures have no text."""
    picture = _picture(data)
    sizes = []
    for number in range(_pages(picture)):
        picture.seek(number)
        turned = picture.getexif().get(0x0112, 1) >= 5  # lies on its side (EXIF, Orientation)
        sizes.append([picture.height, picture.width] if turned else [picture.width, picture.height])
    return sizes, [json.dumps([""] * min(count, len(sizes) - first + 1)).encode()]


def draw_picture(data: bytes, *, number: int, width: int) -> tuple[Any, list[bytes]]:
    """Return page `number` of a picture as WebP, at most `width` pixels wide, upright and on white."""
    picture = _picture(data)
    if not 1 <= number <= _pages(picture):
        raise JobRefused("no_such_page")
    try:
        picture.seek(number - 1)
        _refuse_large(picture)
        picture.draft("RGB", (width, width))
        picture = _on_white(ImageOps.exif_transpose(picture))
        side = min(width, max(1, MAX_SIDE * picture.width // max(picture.size)))
        if picture.width > side:
            picture = picture.resize((side, max(1, picture.height * side // picture.width)), reducing_gap=2.0)
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError) as error:
        raise JobRefused("damaged", str(error)) from None
    return [picture.width, picture.height], [_encoded(picture)]


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        raise JobRefused("encrypted" if locked else "damaged", str(error)) from None
    try:
        if not len(pdf):
            raise JobRefused("damaged", "no pages")
        if len(pdf) > MAX_PAGES:
            raise JobRefused("too_many_pages", str(len(pdf)))
        yield pdf
    except (pdfium.PdfiumError, ZeroDivisionError) as error:
        raise JobRefused("damaged", str(error)) from None
    finally:
        pdf.close()


def _text(pdf: pdfium.PdfDocument, number: int) -> str:
    try:
        page = pdf[number]
        text_page = page.get_textpage()
        text: str = text_page.get_text_range(0, min(text_page.count_chars(), MAX_TEXT_PER_PAGE))
        text_page.close()
        page.close()
    except pdfium.PdfiumError:  # the other pages may be whole
        return ""
    return "".join(sign for sign in text.replace("\r\n", "\n") if sign >= " " or sign == "\n")


def _picture(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=PICTURES)
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError) as error:
        raise JobRefused("damaged", str(error)) from None
    _refuse_large(picture)
    return picture


def _refuse_large(picture: Image.Image) -> None:
    most = MAX_SOURCE_PIXELS * (4 if picture.format == "JPEG" else 1)
    if picture.width * picture.height > most:
        raise JobRefused("too_many_pixels", f"{picture.width} x {picture.height}")


def _pages(picture: Image.Image) -> int:
    pages = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if pages > MAX_PAGES:
        raise JobRefused("too_many_pages", str(pages))
    return pages


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        white.alpha_composite(seen)
        return white.convert("RGB")
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits a pixel; a plain conversion would clip them
        return picture.convert("I").point([level // 256 for level in range(65536)], "L").convert("RGB")
    return picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    """Return a drawing without loss, which is small and sharp, and a photograph with some."""
    sample = picture.resize((64, 64), Image.Resampling.NEAREST).getcolors(FEW_COLOURS)
    how: dict[str, Any] = {"lossless": True, "quality": 0} if sample else {"quality": 75}
    out = io.BytesIO()
    picture.save(out, "WEBP", method=0, **how)
    return out.getvalue()


def warm_up() -> None:
    """Do every job once: a child may open no file, so whatever is loaded on first use is loaded before."""
    codecs.lookup("utf-16-le")  # pdfium's text
    paper = pdfium.PdfDocument.new()
    paper.new_page(200, 200)
    blank = io.BytesIO()
    paper.save(blank)
    paper.close()
    inspect_pdf(blank.getvalue(), first=1, count=1)
    draw_pdf(blank.getvalue(), number=1, width=50)
    for format in PICTURES:
        drawn = io.BytesIO()
        Image.new("RGB", (90, 60), "white").save(drawn, format)
        inspect_picture(drawn.getvalue(), first=1, count=1)
        draw_picture(drawn.getvalue(), number=1, width=50)


JOBS: dict[str, Job] = {
    "inspect_pdf": inspect_pdf,
    "draw_pdf": draw_pdf,
    "inspect_picture": inspect_picture,
    "draw_picture": draw_picture,
}

"""Draws what signers filled in. The result is an overlay: one page for each page that has something on it."""

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

from services.signing import fonts
from services.signing.geometry import PageGeometry, Rectangle

INK = HexColor("#1b2a4a")
TEXT = HexColor("#1d2126")
QUIET = HexColor("#565e67")
CAPTION_SIZE = 5.5
CAPTION_ROOM = 8.0
CAPTION_FROM_HEIGHT = 26.0
PADDING = 2.0
LEADING = 1.2
TEXT_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0)


@dataclass(frozen=True)
class Mark:
    """One thing to draw: `drawing` (a transparent PNG), `checked`, or `text` in `font`; `caption` below a signature."""

    page: int
    place: Rectangle
    text: str = ""
    font: str = fonts.TEXT
    drawing: bytes | None = None
    checked: bool = False
    caption: str = ""


def draw_overlay(marks: Sequence[Mark], pages: Sequence[PageGeometry]) -> tuple[bytes, list[int]]:
    """Return a PDF with a page for each page that has marks, sized as displayed, and those pages' numbers."""
    fonts.register()
    by_page: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_page[mark.page].append(mark)
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1)
    for number in sorted(by_page):
        geometry = pages[number - 1]
        canvas.setPageSize((geometry.width, geometry.height))
        for mark in by_page[number]:
            _draw(canvas, mark, geometry.height)
        canvas.showPage()
    if not by_page:
        canvas.showPage()
    canvas.save()
    return out.getvalue(), sorted(by_page)


def _draw(canvas: Canvas, mark: Mark, page_height: float) -> None:
    canvas.saveState()
    canvas.translate(mark.place.x, page_height - mark.place.y - mark.place.height)
    if mark.checked:
        _draw_check(canvas, mark.place)
    elif mark.drawing is not None or mark.font in fonts.SIGNATURE_FONTS:
        _draw_signature(canvas, mark)
    else:
        _draw_text(canvas, mark)
    canvas.restoreState()


def _draw_signature(canvas: Canvas, mark: Mark) -> None:
    width, height = mark.place.width, mark.place.height
    floor = 0.0
    if mark.caption and height >= CAPTION_FROM_HEIGHT:
        floor = CAPTION_ROOM
        _draw_caption(canvas, fonts.drawable(mark.caption), width)
    if mark.drawing is not None:
        room = (width - 2 * PADDING, height - floor - PADDING)
        canvas.drawImage(
            ImageReader(io.BytesIO(mark.drawing)),
            PADDING,
            floor,
            *room,
            mask="auto",
            preserveAspectRatio=True,
            anchor="w",
        )
        return
    # A script's capitals and tails reach far out of its line: half the height is what fits.
    size = min((height - floor) * 0.78, 40.0)
    size = min(size, size * (width - 4 * PADDING) / max(fonts.width(mark.text, mark.font, size), 1))
    canvas.setFillColor(INK)
    canvas.setFont(mark.font, size)
    canvas.drawString(2 * PADDING, floor + (height - floor - size * 0.62) / 2, mark.text)


def _draw_caption(canvas: Canvas, caption: str, width: float) -> None:
    canvas.setStrokeColor(QUIET)
    canvas.setLineWidth(0.4)
    canvas.line(0, CAPTION_ROOM - 0.6, width, CAPTION_ROOM - 0.6)
    size = CAPTION_SIZE * min(1.0, width / max(fonts.width(caption, fonts.TEXT, CAPTION_SIZE), 1))
    canvas.setFillColor(QUIET)
    canvas.setFont(fonts.TEXT, size)
    canvas.drawString(0, CAPTION_ROOM - 1.8 - size, caption)


def _draw_text(canvas: Canvas, mark: Mark) -> None:
    text = fonts.drawable(mark.text)
    size, lines = _set(text, mark.place) or (TEXT_SIZES[-1], [text])
    canvas.setFillColor(TEXT)
    canvas.setFont(fonts.TEXT, size)
    height, leading = mark.place.height, size * LEADING
    top = (height + leading) / 2 if len(lines) == 1 else height - PADDING / 2
    for number, line in enumerate(lines):
        canvas.drawString(PADDING, top - number * leading - size * 0.95, line)


def _set(text: str, place: Rectangle) -> tuple[float, list[str]] | None:
    """Return the largest size, and the lines, in which `text` fits into `place`; None where it does not."""
    width = place.width - 2 * PADDING
    for size in TEXT_SIZES:
        lines = [line for part in text.split("\n") for line in simpleSplit(part, fonts.TEXT, size, width) or [""]]
        widest = max(fonts.width(line, fonts.TEXT, size) for line in lines)
        if len(lines) * size * LEADING <= place.height + 1 and widest <= width:
            return size, lines
    return None


def fits(text: str, place: Rectangle) -> bool:
    """Return whether `text` fits into `place` in a size that can be read."""
    fonts.register()
    return _set(fonts.drawable(text), place) is not None


def _draw_check(canvas: Canvas, place: Rectangle) -> None:
    side = min(place.width, place.height)
    canvas.translate((place.width - side) / 2, (place.height - side) / 2)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(max(side * 0.12, 0.8))
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    path = canvas.beginPath()
    path.moveTo(side * 0.18, side * 0.52)
    path.lineTo(side * 0.42, side * 0.26)
    path.lineTo(side * 0.84, side * 0.76)
    canvas.drawPath(path)

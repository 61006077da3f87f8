"""Believable papers for the demo firm: one page with a letterhead."""

import io
from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from deploy.demo_firm import SETTINGS

MARGIN = 72
INK, QUIET, ACCENT = HexColor("#1d2126"), HexColor("#565e67"), HexColor(str(SETTINGS["accent"]))


def paper(lines: Sequence[str]) -> bytes:
    """Return a PDF of one page: the firm's letterhead, the first line as its title, the others below."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setTitle(lines[0])
    _letterhead(canvas)
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(MARGIN, A4[1] - 190, lines[0])
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(lines[1:]):
        canvas.drawString(MARGIN, A4[1] - 225 - number * 22, line)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _letterhead(canvas: Canvas) -> None:
    top = A4[1] - MARGIN
    canvas.setFillColor(ACCENT)
    canvas.roundRect(MARGIN, top - 24, 28, 28, 5, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawCentredString(MARGIN + 14, top - 14, "MC")
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(MARGIN + 38, top - 8, str(SETTINGS["firm_name"]))
    canvas.setFillColor(QUIET)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(MARGIN + 38, top - 21, str(SETTINGS["address"]).replace("\n", ", "))

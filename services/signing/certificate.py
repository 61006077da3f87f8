"""Draws the certificate of completion: who signed, how they proved it, what they agreed to, and when."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Paragraph, Spacer, Table

from services.signing import fonts, wording

ACCENT, GOOD = HexColor("#1f5f8b"), HexColor("#1f7a4d")
TEXT, QUIET = HexColor("#1d2126"), HexColor("#565e67")
LINE, SUNKEN, INK = HexColor("#e3e1dc"), HexColor("#f8f7f4"), HexColor("#1b2a4a")
MARGIN = 48.0
FOOT = 58.0
LABEL = 112.0

BODY = ParagraphStyle("body", fontName=fonts.TEXT, fontSize=9, leading=12, textColor=TEXT, splitLongWords=True)
SMALL = ParagraphStyle("small", BODY, fontSize=7.5, leading=10, textColor=QUIET)
RIGHT = ParagraphStyle("right", SMALL, alignment=TA_RIGHT)
NAME = ParagraphStyle("name", BODY, fontName=fonts.STRONG, fontSize=12, leading=15)
TITLE = ParagraphStyle("title", BODY, fontName=fonts.STRONG, fontSize=21, leading=26)
HEADING = ParagraphStyle("heading", BODY, fontName=fonts.STRONG, fontSize=11, leading=14, spaceBefore=14, spaceAfter=6)
STEP = ParagraphStyle("step", SMALL, fontName=fonts.STRONG, textColor=GOOD)


@dataclass(frozen=True)
class Signer:
    """What is certified of one signer. A signature is a `drawing` (PNG) or `typed` text in `font`."""

    name: str
    email: str
    methods: tuple[str, ...]
    authenticated_at: datetime
    ip: str
    user_agent: str
    disclosure_version: str
    disclosure_sha256: str
    disclosure_locale: str
    notified_at: datetime | None
    viewed_at: datetime | None
    consented_at: datetime
    signed_at: datetime
    drawing: bytes | None = None
    typed: str = ""
    font: str = fonts.SCRIPT


@dataclass(frozen=True)
class Step:
    """One line of the record of events."""

    at: datetime
    actor: str
    action: str


@dataclass(frozen=True)
class Facts:
    """All that the certificate says. `size` is that of the document's first page, `locale` the signer's language."""

    locale: str
    firm: str
    title: str
    reference: str
    sent_by: str
    completed_at: datetime
    document_sha256: str
    document_pages: int
    signers: Sequence[Signer]
    steps: Sequence[Step]
    chain_head: str
    verify_url: str
    size: tuple[float, float] = (595.0, 842.0)


def draw_certificate(facts: Facts) -> bytes:
    """Return the certificate as a PDF of one page or more."""
    fonts.register()
    words = wording.CERTIFICATE[wording.known(facts.locale)]
    out = io.BytesIO()
    width, height = facts.size
    frame = Frame(MARGIN, FOOT, width - 2 * MARGIN, height - FOOT - MARGIN, 0, 0, 0, 0)
    document = BaseDocTemplate(out, pagesize=facts.size, title=words["title"], author=facts.firm, invariant=1)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    canvas = partial(_NumberedCanvas, facts=facts)
    document.build(_story(facts, words, width - 2 * MARGIN), canvasmaker=canvas)
    return out.getvalue()


def _story(facts: Facts, words: dict[str, str], width: float) -> list[Flowable]:
    story: list[Flowable] = [_head(facts, words, width), Spacer(0, 14), _summary(facts, words, width)]
    story.append(_text(words["signers"], HEADING))
    for signer in facts.signers:
        story += [KeepTogether([_card(signer, facts, words, width), Spacer(0, 10)])]
    story += [KeepTogether([_text(words["record"], HEADING), _record(facts, width)]), Spacer(0, 6)]
    story.append(_text(f"{words['chain']}: {facts.chain_head}", SMALL))
    return story


def _text(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(escape(fonts.drawable(text, style.fontName)), style)


def _head(facts: Facts, words: dict[str, str], width: float) -> Table:
    sealed = words["sealed_by"].format(firm=facts.firm)
    left = [_text(sealed, ParagraphStyle("firm", SMALL, textColor=ACCENT)), _text(words["title"], TITLE)]
    table = Table([[left, _Tick(30)]], colWidths=[width - 40, 40])
    table.setStyle([*BARE, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("ALIGN", (1, 0), (1, 0), "RIGHT")])
    return table


BARE: list[tuple[Any, ...]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def _pairs(pairs: Sequence[tuple[str, str]], width: float, label: float = LABEL) -> Table:
    rows = [[_text(name, SMALL), _text(value)] for name, value in pairs]
    table = Table(rows, colWidths=[label, width - label])
    table.setStyle([*BARE, ("BOTTOMPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (0, -1), 1.5)])
    return table


def _summary(facts: Facts, words: dict[str, str], width: float) -> Table:
    pairs = [
        (words["document"], facts.title),
        (words["pages"], str(facts.document_pages)),
        (words["sent_by"], facts.sent_by),
        (words["completed"], f"{wording.moment(facts.completed_at, facts.locale)} UTC"),
        (words["original"], facts.document_sha256),
        (words["reference"], facts.reference),
    ]
    table = Table([[_pairs(pairs, width - 32)]], colWidths=[width])
    table.setStyle([("BACKGROUND", (0, 0), (-1, -1), SUNKEN), ("ROUNDEDCORNERS", [6] * 4), *_padded(16, 12)])
    return table


def _padded(horizontal: float, vertical: float) -> list[tuple[Any, ...]]:
    return [
        ("LEFTPADDING", (0, 0), (-1, -1), horizontal),
        ("RIGHTPADDING", (0, 0), (-1, -1), horizontal),
        ("TOPPADDING", (0, 0), (-1, -1), vertical),
        ("BOTTOMPADDING", (0, 0), (-1, -1), vertical),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]


def _card(signer: Signer, facts: Facts, words: dict[str, str], width: float) -> Table:
    inner = width - 32
    who = Table(
        [[[_text(signer.name, NAME), _text(signer.email, SMALL)], _SignaturePicture(signer, 150, 44)]],
        colWidths=[inner - 150, 150],
    )
    who.setStyle([*BARE, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)])
    since = wording.moment(signer.authenticated_at, facts.locale)
    spoken = wording.CERTIFICATE[wording.known(signer.disclosure_locale)]["consent_text"]
    pairs = [
        (
            words["identified_by"],
            words["since"].format(methods=wording.methods(list(signer.methods), facts.locale), time=since),
        ),
        (words["address"], signer.ip or "–"),
        (words["browser"], signer.user_agent or "–"),
        (words["consent"], spoken.format(version=signer.disclosure_version)),
        (words["consent_hash"], signer.disclosure_sha256),
    ]
    rows = [[who], [_times(signer, facts.locale, words, inner)], [_pairs(pairs, inner)]]
    card = Table(rows, colWidths=[width])
    card.setStyle([("BOX", (0, 0), (-1, -1), 0.7, LINE), ("ROUNDEDCORNERS", [6] * 4), *_padded(16, 6)])
    return card


def _times(signer: Signer, locale: str, words: dict[str, str], width: float) -> Table:
    steps = [
        (words["notified"], signer.notified_at),
        (words["viewed"], signer.viewed_at),
        (words["consented"], signer.consented_at),
        (words["signed"], signer.signed_at),
    ]
    cells = [[_text(name, STEP), _text(wording.moment(at, locale) if at else "–", SMALL)] for name, at in steps]
    table = Table([cells], colWidths=[width / 4] * 4)
    table.setStyle([*BARE, ("LINEABOVE", (0, 0), (-1, 0), 0.7, LINE), *_padded(0, 6)])
    return table


def _record(facts: Facts, width: float) -> Table:
    actions = wording.ACTIONS[wording.known(facts.locale)]
    rows = [
        [
            _text(wording.moment(step.at, facts.locale), SMALL),
            _text(actions.get(step.action, step.action)),
            _text(step.actor, RIGHT),
        ]
        for step in facts.steps
    ]
    table = Table(rows, colWidths=[LABEL + 16, width - 2 * LABEL - 60, LABEL + 44], repeatRows=0)
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), *_padded(0, 3.5)])
    return table


class _Tick(Flowable):
    """A disc with a check mark."""

    def __init__(self, side: float) -> None:
        super().__init__()
        self.width = self.height = side

    def draw(self) -> None:
        side = self.width
        self.canv.setFillColor(GOOD)
        self.canv.circle(side / 2, side / 2, side / 2, stroke=0, fill=1)
        self.canv.setStrokeColor(HexColor("#ffffff"))
        self.canv.setLineWidth(side * 0.085)
        self.canv.setLineCap(1)
        self.canv.setLineJoin(1)
        path = self.canv.beginPath()
        path.moveTo(side * 0.29, side * 0.51)
        path.lineTo(side * 0.44, side * 0.36)
        path.lineTo(side * 0.72, side * 0.65)
        self.canv.drawPath(path)


class _SignaturePicture(Flowable):
    """A signer's signature in a box."""

    def __init__(self, signer: Signer, width: float, height: float) -> None:
        super().__init__()
        self.signer, self.width, self.height = signer, width, height

    def draw(self) -> None:
        if self.signer.drawing is not None:
            picture = ImageReader(io.BytesIO(self.signer.drawing))
            room = (self.width, self.height - 4)
            self.canv.drawImage(picture, 0, 2, *room, mask="auto", preserveAspectRatio=True, anchor="e")
            return
        size = min(26.0, 26.0 * self.width / max(fonts.width(self.signer.typed, self.signer.font, 26), 1))
        self.canv.setFillColor(INK)
        self.canv.setFont(self.signer.font, size)
        self.canv.drawRightString(self.width, self.height * 0.32, self.signer.typed)


class _NumberedCanvas(Canvas):
    """Writes the foot of each page once it is known how many there are."""

    def __init__(self, *arguments: Any, facts: Facts, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._facts = facts
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802, the library's name
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, state in enumerate(self._kept, 1):
            self.__dict__.update(state)
            self._draw_foot(number, len(self._kept))
            super().showPage()
        super().save()

    def _draw_foot(self, number: int, of: int) -> None:
        words = wording.CERTIFICATE[wording.known(self._facts.locale)]
        right = self._facts.size[0] - MARGIN
        self.setStrokeColor(LINE)
        self.setLineWidth(0.7)
        self.line(MARGIN, 44, right, 44)
        self.setFillColor(QUIET)
        self.setFont(fonts.TEXT, 7.5)
        self.drawString(MARGIN, 31, fonts.drawable(words["check"].format(url=self._facts.verify_url)))
        self.drawRightString(right, 31, words["page"].format(page=number, pages=of))

"""The typefaces that go into documents. Each is embedded, and each draws Latin, Greek or Cyrillic at least in part.

reportlab, 6 MB with what it stands on, is imported with the first text that is looked at.
"""

from functools import cache
from pathlib import Path

import font_source_sans_pro
import fontpkg_caveat
import fontpkg_great_vibes

TEXT = "AtrioText"
STRONG = "AtrioStrong"
SCRIPT = "script"
HAND = "hand"
SIGNATURE_FONTS = (SCRIPT, HAND)


@cache
def register() -> None:
    """Make the typefaces known to reportlab. Cheap after the first call."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    sans = Path(str(font_source_sans_pro.__file__)).parent / "files"
    files = {
        TEXT: sans / "SourceSansPro-Regular.ttf",
        STRONG: sans / "SourceSansPro-Semibold.ttf",
        SCRIPT: fontpkg_great_vibes.ROOT / "files" / "GreatVibes-Regular.ttf",
        HAND: fontpkg_caveat.ROOT / "files" / "Caveat[wght].ttf",
    }
    for name, path in files.items():
        pdfmetrics.registerFont(TTFont(name, str(path)))


def missing(text: str, font: str = TEXT) -> str:
    """Return the characters of `text` that `font` cannot draw, each once."""
    from reportlab.pdfbase import pdfmetrics

    register()
    glyphs = pdfmetrics.getFont(font).face.charToGlyph
    return "".join(dict.fromkeys(letter for letter in text if ord(letter) not in glyphs and letter != "\n"))


def drawable(text: str, font: str = TEXT) -> str:
    """Return `text` with what `font` cannot draw spelt as `[U+5C71]`: readable, and never an empty box."""
    absent = set(missing(text, font))
    return "".join(f"[U+{ord(letter):04X}]" if letter in absent else letter for letter in text)


def width(text: str, font: str, size: float) -> float:
    """Return how wide `text` is in points."""
    from reportlab.pdfbase import pdfmetrics

    register()
    return float(pdfmetrics.stringWidth(text, font, size))

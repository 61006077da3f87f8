"""The firm's mark as pictures for a phone's start screen: its logo, or its initials on its colour."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from gateway.bundle import STATIC, Bundle

WHITE = "#ffffff"
BOLD = 700
MOST_PIXELS = 4096 * 4096


@dataclass(frozen=True)
class Kind:
    """How large an icon is, and how much of its width the mark takes.

    A maskable icon may be cut to any shape around a circle of 80 % of its width
    (W3C Web Application Manifest, section 7.4), so its mark stays well within.
    """

    pixels: int
    share: float
    purpose: str = "any"


KINDS = {
    "192": Kind(192, 0.72),
    "512": Kind(512, 0.72),
    "maskable": Kind(512, 0.54, "maskable"),
    "apple": Kind(180, 0.66),
}


@lru_cache(maxsize=32)
def draw(kind: Kind, letters: str, colour: str, logo: bytes | None) -> bytes:
    """Return a PNG of the firm's `logo` on white, without one of its initials `letters` on its `colour`."""
    picture = Image.new("RGB", (kind.pixels, kind.pixels), WHITE if logo else colour)
    room = round(kind.pixels * kind.share)
    if logo:
        _put(picture, logo, room)
    else:
        _write(picture, letters, room)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _put(picture: Image.Image, logo: bytes, room: int) -> None:
    with Image.open(BytesIO(logo), formats=("PNG",)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            return
        mark = opened.convert("RGBA")
    factor = room / max(mark.size)
    mark = mark.resize(
        (max(1, round(mark.width * factor)), max(1, round(mark.height * factor))), Image.Resampling.LANCZOS
    )
    picture.paste(mark, ((picture.width - mark.width) // 2, (picture.height - mark.height) // 2), mark)


def _write(picture: Image.Image, letters: str, room: int) -> None:
    font = _font(round(room * (0.62 if len(letters) > 1 else 0.8)))
    middle = picture.width / 2
    ImageDraw.Draw(picture).text((middle, middle), letters, fill=WHITE, font=font, anchor="mm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the pages' own font; where it is not built, Pillow's."""
    try:
        font = ImageFont.truetype(STATIC.parent / Bundle().url("inter-latin.woff2").lstrip("/"), size)
    except OSError:
        return ImageFont.load_default(size)
    font.set_variation_by_axes([BOLD])
    return font

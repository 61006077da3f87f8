"""The firm's logo: whatever is sent is taken apart and drawn anew, so that nothing but the picture is kept."""

import hashlib
import io
import warnings

from services.chassis import problems
from services.chassis.problems import Problem

FORMATS = ("PNG", "JPEG", "WEBP")
"""What is taken. SVG is not: it is a document that may hold scripts."""
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
ROOM = (640, 192)
"""The room that the logo is shown in, in pixels of a dense display."""


def redrawn(content: bytes) -> bytes:
    """Return the image in `content` as a PNG that fits its room, without any metadata.

    Raises 415 for what is no image of our kinds, told by its bytes, and 422 for one that is too large or broken.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Problem(415, "logo_not_image", "Not an image", "Send a PNG, a JPEG or a WebP.") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels() from None
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    try:
        picture = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError):
        raise problems.invalid({"logo": ["This image is broken. Choose another one."]}) from None
    picture.thumbnail(ROOM, Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def digest(content: bytes) -> str:
    """Return the short name of an image, another one for other bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def _too_many_pixels() -> Problem:
    return problems.invalid({"logo": ["This image has too many pixels. Choose a smaller one."]})

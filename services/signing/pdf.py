"""What the service asks of a PDF file. The work is done in the sandbox, for the file may be hostile."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.chassis.sandbox import JobRefused, Sandbox, SandboxFailed
from services.signing.geometry import PageGeometry

MAX_BYTES = 50 * 1024 * 1024
FAILURES = frozenset(
    {"empty", "not_pdf", "too_large", "damaged", "encrypted", "too_many_pages", "page_size", "has_signatures"}
)

_sandbox = Sandbox("services.signing.pdf_jobs")


class UnusablePdf(Exception):
    """The file cannot be signed; `reason` is one of `FAILURES`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True)
class Inspection:
    """What a PDF holds: the geometry of each page and its text."""

    pages: tuple[PageGeometry, ...]
    texts: tuple[str, ...]

    def describe(self) -> list[dict[str, Any]]:
        """Return the pages as the database keeps them; `parse_geometry` reads them back."""
        return [
            {**vars(page), "number": number, "width": page.width, "height": page.height}
            for number, page in enumerate(self.pages, 1)
        ]


@dataclass(frozen=True)
class Picture:
    """A picture in bytes, with its size in pixels."""

    data: bytes
    width: int
    height: int


def inspect(data: bytes) -> Inspection:
    """Return what the PDF `data` holds; raise `UnusablePdf` with a reason that staff can be told."""
    if len(data) > MAX_BYTES:
        raise UnusablePdf("too_large")
    try:
        result, (texts,) = _sandbox.run("inspect", data)
    except JobRefused as refusal:
        raise UnusablePdf(refusal.reason, refusal.detail) from None
    except SandboxFailed as failure:
        raise UnusablePdf("damaged", str(failure)) from None
    return Inspection(tuple(parse_geometry(page) for page in result["pages"]), tuple(json.loads(texts)))


def render_page(data: bytes, number: int, scale: float) -> Picture:
    """Return page `number` (from 1) of `data` as lossless WebP, `scale` pixels a point or fewer.

    Raises `IndexError` for a page that is not there, `UnusablePdf` where it cannot be drawn.
    """
    try:
        size, (webp,) = _sandbox.run("render", data, number=number, scale=scale)
    except JobRefused as refusal:
        if refusal.reason == "no_such_page":
            raise IndexError(number) from None
        raise UnusablePdf(refusal.reason, refusal.detail) from None
    except SandboxFailed as failure:
        raise UnusablePdf("damaged", str(failure)) from None
    return Picture(webp, **size)


def clean_ink(png: bytes) -> Picture:
    """Return a drawn signature as a transparent PNG, cropped to its ink.

    Raises `JobRefused` with `not_png`, `too_large` or `blank`.
    """
    try:
        size, (clean,) = _sandbox.run("ink", png)
    except SandboxFailed as failure:
        raise JobRefused("not_png", str(failure)) from None
    return Picture(clean, **size)


def stamp(original: bytes, overlay: bytes, pages: list[int], certificate: bytes) -> bytes:
    """Return `original` with `overlay` drawn on `pages` and `certificate` appended; raise `UnusablePdf`."""
    try:
        _, (stamped,) = _sandbox.run("stamp", original, overlay, certificate, pages=pages)
    except JobRefused as refusal:
        raise UnusablePdf(refusal.reason, refusal.detail) from None
    return stamped


def sha256(data: bytes) -> str:
    """Return the hash under which a file is kept, in hex."""
    return hashlib.sha256(data).hexdigest()


def parse_geometry(page: Mapping[str, Any]) -> PageGeometry:
    """Return the geometry in a page's JSON, as `inspect` and the database have it."""
    return PageGeometry(page["left"], page["bottom"], page["right"], page["top"], int(page["rotation"]))

"""What is asked of a file that somebody sent. The work is done in the sandbox, for the file may be hostile."""

import json
from typing import Any

from services.chassis.sandbox import JobRefused, Limits, Sandbox, SandboxFailed

MAX_BYTES = 100 * 1024 * 1024
WIDTHS = (800, 1600)
PAGES_AT_ONCE = 20
"""Of so many pages the text is taken in one go: a part."""
KINDS = {
    "application/pdf": "pdf",
    "image/gif": "picture",
    "image/jpeg": "picture",
    "image/png": "picture",
    "image/tiff": "picture",
    "image/webp": "picture",
}
"""What can be shown, and by which jobs. Of Office files there is no preview: no converter is part of the house."""
REASONS = ("encrypted", "damaged", "too_large", "too_many_pages", "too_many_pixels", "too_hard", "empty")

_sandbox = Sandbox("services.documents.previews.jobs", Limits(seconds=10, at_once=2))


class NotShown(Exception):
    """The file cannot be shown; `reason` is one of `REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class NoSuchPage(Exception):
    """The file has no page of that number."""


def pages_and_texts(data: bytes, content_type: str, part: int) -> tuple[list[list[float]], list[str]]:
    """Return width and height of each page, and the text of those of `part` (from 1).

    Raises `NotShown`, and `SandboxUnavailable` where nothing was even tried.
    """
    first = (part - 1) * PAGES_AT_ONCE + 1
    sizes, (texts,) = _run("inspect", data, content_type, first=first, count=PAGES_AT_ONCE)
    return sizes, json.loads(texts)


def page(data: bytes, content_type: str, number: int, width: int) -> bytes:
    """Return page `number` (from 1) as WebP, at most `width` pixels wide.

    Raises `NoSuchPage`, and as `pages_and_texts` does.
    """
    _size, (webp,) = _run("draw", data, content_type, number=number, width=width)
    return webp


def check(size: int) -> None:
    """Raise `NotShown` for what is not even read."""
    if size > MAX_BYTES:
        raise NotShown("too_large")
    if not size:
        raise NotShown("empty")


def _run(what: str, data: bytes, content_type: str, **arguments: Any) -> tuple[Any, list[bytes]]:
    try:
        return _sandbox.run(f"{what}_{KINDS[content_type]}", data, **arguments)
    except JobRefused as refusal:
        if refusal.reason == "no_such_page":
            raise NoSuchPage from None
        raise NotShown(refusal.reason, refusal.detail) from None
    except SandboxFailed as failure:
        raise NotShown("too_hard", str(failure)) from None

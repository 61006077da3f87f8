"""What tus 1.0 puts into headers: metadata, checksums, moments (https://tus.io/protocols/resumable-upload)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from flask import request

from services.chassis.problems import Problem

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS = ("sha1", "sha256", "md5")
CONTENT_TYPE = "application/offset+octet-stream"
MOST_METADATA = 12_000


def bad(detail: str) -> Problem:
    """Return the answer for a call that is not what the protocol says."""
    return Problem(400, "bad_upload_call", "Not as tus says", detail)


def require_version() -> None:
    """Raise a 412 `Problem` unless the client speaks our version of the protocol."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Problem(412, "other_tus_version", "Another version of tus", f"Send Tus-Resumable: {VERSION}.")


def require_content_type() -> None:
    """Raise a 415 `Problem` where a body is sent under another type than the protocol's."""
    if request.mimetype != CONTENT_TYPE:
        raise Problem(415, "unsupported_media_type", "Another type of body", f"Send {CONTENT_TYPE}.")


def number_in(name: str) -> int:
    """Return the whole number in a header; raise a 400 `Problem` for a missing or malformed one."""
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad(f"{name} is a whole number.")
    return int(text)


def metadata(header: str) -> dict[str, str]:
    """Return Upload-Metadata as a dictionary; raise a 400 `Problem` for what cannot be read."""
    if len(header) > MOST_METADATA:
        raise bad("Upload-Metadata is too long.")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise bad("Upload-Metadata has pairs of a key and its value in Base64.") from None
    return found


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP writes it (RFC 9110, 5.6.7)."""
    return format_datetime(moment, usegmt=True)


@dataclass
class Checksum:
    """The checksum that a client announced for the bytes of one call."""

    digest: "hashlib._Hash"
    expected: bytes

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces; at their end raise a 460 `Problem` where they are others than announced."""
        for piece in pieces:
            self.digest.update(piece)
            yield piece
        if self.digest.digest() != self.expected:
            raise Problem(460, "checksum_mismatch", "The checksum is another", "These bytes were thrown away.")


def checksum() -> Checksum | None:
    """Return the announced checksum, if there is one; raise a 400 `Problem` for one that cannot be checked."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise bad(f"Use one of {', '.join(ALGORITHMS)}.")
    try:
        expected = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise bad("The checksum is in Base64.") from None
    return Checksum(hashlib.new(algorithm, usedforsecurity=False), expected)

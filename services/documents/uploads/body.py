"""The body of an upload as it comes in, in large pieces and never whole in memory.

Measured with gunicorn 27: reads of 1 MiB reach the socket as such, so nothing is won by going round its reader.
"""

from collections.abc import Iterator
from wsgiref.types import WSGIEnvironment

from services.chassis.problems import Problem

PIECE = 1024 * 1024


def incomplete() -> Problem:
    """Return the answer for a body that ended before its time, or stood still for too long."""
    return Problem(400, "incomplete_body", "The upload broke off", "Fewer bytes arrived than were announced.")


def too_large(limit: int) -> Problem:
    """Return the answer for a body above the limit."""
    return Problem(413, "too_large", "The file is too large", f"At most {limit} bytes are taken.", limit=limit)


class Body:
    """The raw body of the request in `environ`, at most `limit` bytes.

    `size` is its announced size, or None where it comes in chunks. Raises a `Problem`: 411 without either, 413
    above the limit (before a byte is read, where the size is announced).
    """

    def __init__(self, environ: WSGIEnvironment, *, limit: int, stall_seconds: float) -> None:
        self._stream = environ["wsgi.input"]
        self._socket = environ.get("gunicorn.socket")
        self._limit, self._stall_seconds = limit, stall_seconds
        self.size = _announced(environ)
        if self.size is not None and self.size > limit:
            raise too_large(limit)

    def pieces(self) -> Iterator[bytes]:
        """Yield the body in pieces of at most 1 MiB.

        Raises a `Problem`: 400 where it ends early or the sender stands still, 413 where it passes the limit.
        """
        received = 0
        while self.size is None or received < self.size:
            piece = self._read(PIECE if self.size is None else min(PIECE, self.size - received))
            if not piece and self.size is None:
                return
            if not piece:
                raise incomplete()
            received += len(piece)
            if received > self._limit:
                raise too_large(self._limit)
            yield piece

    def _read(self, size: int) -> bytes:
        before = self._socket.gettimeout() if self._socket else None
        try:
            if self._socket:
                self._socket.settimeout(self._stall_seconds)
            piece: bytes = self._stream.read(size)
            return piece
        except (OSError, EOFError, ValueError) as error:  # reset, stalled, or a malformed chunk
            raise incomplete() from error
        finally:
            if self._socket:
                self._socket.settimeout(before)


def _announced(environ: WSGIEnvironment) -> int | None:
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isascii() or not length.isdigit():
        raise Problem(411, "length_required", "Say how many bytes come", "Send Content-Length, or send in chunks.")
    return int(length)

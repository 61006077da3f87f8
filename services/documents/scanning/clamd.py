"""A check by ClamAV's daemon over its own protocol (clamd(8), INSTREAM), bounded in time and size.

Written here and not taken from a library: see docs/decisions/0020.
"""

import socket
import struct
from collections.abc import Iterable
from time import monotonic
from urllib.parse import urlsplit

PIECE = 256 * 1024
LONGEST_ANSWER = 4096
END = struct.pack("!L", 0)


class ScannerDown(Exception):
    """The daemon does not answer, not in time, or not as it should. Nothing is known of the file."""


class TooLarge(Exception):
    """The daemon does not take so many bytes."""


class Clamd:
    """The daemon at `url` (`tcp://host:3310` or `unix:///path`); a check may take `seconds` in all."""

    def __init__(self, url: str, *, seconds: float = 120) -> None:
        parts = urlsplit(url)
        self._path = parts.path if parts.scheme == "unix" else ""
        self._host, self._port = parts.hostname or "", parts.port or 3310
        if not self._path and (parts.scheme != "tcp" or not self._host):
            raise ValueError(f"{url!r} is not tcp://host:port or unix:///path")
        self._seconds = seconds

    def check(self, pieces: Iterable[bytes]) -> str | None:
        """Return the name of what was found in the bytes, or None where they are clean.

        Raises `ScannerDown` and `TooLarge`.
        """
        answer = self._ask(b"zINSTREAM\0", pieces)
        if answer.endswith(" FOUND"):
            return answer.removesuffix(" FOUND").removeprefix("stream: ")[:200]
        if answer == "stream: OK":
            return None
        if "size limit exceeded" in answer:
            raise TooLarge(answer)
        raise ScannerDown(f"The daemon answered: {answer[:200] or 'nothing'}")

    def version(self) -> str:
        """Return what the daemon calls itself and its signatures; raise `ScannerDown`."""
        return self._ask(b"zVERSION\0", None)

    def _ask(self, command: bytes, pieces: Iterable[bytes] | None) -> str:
        until = monotonic() + self._seconds
        try:
            with self._connected(until) as connection:
                connection.sendall(command)
                if pieces is not None:
                    _stream(connection, pieces, until)
                return _answer(connection, until)
        except OSError as error:
            raise ScannerDown(str(error) or type(error).__name__) from error

    def _connected(self, until: float) -> socket.socket:
        if not self._path:
            return socket.create_connection((self._host, self._port), timeout=_left(until))
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_left(until))
        try:
            connection.connect(self._path)
        except BaseException:
            connection.close()
            raise
        return connection


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("The daemon took too long.")
    return left


def _stream(connection: socket.socket, pieces: Iterable[bytes], until: float) -> None:
    try:
        for piece in pieces:
            for start in range(0, len(piece), PIECE):
                part = piece[start : start + PIECE]
                connection.settimeout(_left(until))
                connection.sendall(struct.pack("!L", len(part)) + part)
        connection.sendall(END)
    except (BrokenPipeError, ConnectionResetError):
        pass  # above its limit the daemon says so and hangs up while we still send; its answer is read


def _answer(connection: socket.socket, until: float) -> str:
    taken = b""
    while not taken.endswith(b"\0") and len(taken) < LONGEST_ANSWER:
        connection.settimeout(_left(until))
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        taken += piece
    return taken.rstrip(b"\0\n").decode("utf-8", "replace")

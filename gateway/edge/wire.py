"""HTTP/1.1 to a service, as much of it as the proxy needs: one request at a time, and the answer piece by piece.

`http.client` reads heads with the parser of mails, which takes more time than all else that the proxy does.
Strict where leniency could mix up two answers (RFC 9112, sections 5 and 6): then the connection is not used again.
"""

import re
import select
import socket
import ssl
import struct
from collections.abc import Mapping

NO_BODY = frozenset({204, 304})
MOST_HEAD_BYTES = 64 * 1024
AT_ONCE = 64 * 1024
HEAD = re.compile(
    rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: ([^\r\n]*))?\r\n"
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*)"
)
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")


class BadAnswer(Exception):
    """What came is no answer, or ended early."""


class Connection:
    """A connection to one service, open from the start."""

    def __init__(self, host: str, port: int | None, *, https: bool, timeout: float) -> None:
        address = (host, port or (443 if https else 80))
        self._named = f"\r\nHost: {host if port is None else f'{host}:{port}'}\r\n"
        self._https, self._patience = https, timeout
        self.sock = socket.create_connection(address, timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if https:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=host)
        self._poll = select.poll()
        self._poll.register(self.sock, select.POLLIN)

    def wait_at_most(self, seconds: float) -> None:
        """Let no call of the socket take longer than that; one that does raises an `OSError`."""
        if seconds == self._patience:
            return
        self._patience = seconds
        if self._https:
            self.sock.settimeout(seconds)
            return
        # The kernel keeps the time: Python's own way is a poll() before each call. TLS knows only Python's.
        limit = struct.pack("ll", int(seconds), 0)
        self.sock.setblocking(True)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    def is_quiet(self) -> bool:
        """Return whether nothing came, not even an end: only then the next answer is the next request's."""
        return not self._poll.poll(0)

    def send(self, method: str, target: str, headers: Mapping[str, str], first: bytes = b"") -> None:
        """Send the head of a request and the `first` bytes of its body at once.

        Raises `ValueError` for a head that would end before its end.
        """
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = f"{method} {target} HTTP/1.1{self._named}{''.join(lines)}\r\n"
        breaks = len(lines) + 3
        if head.count("\n") != breaks or head.count("\r") != breaks or "\0" in head or " " in target:
            raise ValueError("a line break or a space where none may be")
        self.sock.sendall(head.encode("latin-1") + first)

    def close(self) -> None:
        self.sock.close()


class Response:
    """An answer: its head has been read, its body is read from here.

    Raises `ConnectionResetError` where nothing came, `BadAnswer` for what is no answer.
    """

    def __init__(self, sock: socket.socket, method: str) -> None:
        self._sock, self._buffer = sock, b""
        self.status, self.reason, self.will_close = 0, "", False
        self.headers: list[tuple[str, str]] = []
        named = self._head()
        while 100 <= self.status < 200:
            named = self._head()
        self.length: int | None = None
        self._chunk: int | None = None
        self._complete = False
        if method == "HEAD" or self.status in NO_BODY:
            self.length = 0
        elif "transfer-encoding" in named:
            self._begin_chunks(named)
        elif "content-length" in named:
            self.length = _length(self.headers)
        else:
            self.will_close = True
        if self.length == 0:
            self._complete = True

    @property
    def is_reusable(self) -> bool:
        """Whether the connection may carry another request: all was read, and nothing more came."""
        return self._complete and not self._buffer and not self.will_close

    def read(self, size: int) -> bytes:
        """Return the next bytes, `size` of them where the length is known and so many are left; b"" at the end."""
        if self._complete:
            return b""
        if self._chunk is not None:
            return self._read_chunk(size)
        if self.length is None:
            piece = self._some(size)
            self._complete = not piece
            return piece
        piece = self._exactly(min(size, self.length))
        self.length -= len(piece)
        self._complete = self.length == 0
        return piece

    def _head(self) -> Mapping[str, str]:
        """Read one head; return its fields under their names in small letters."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MOST_HEAD_BYTES:
                raise BadAnswer("the head has no end")
            self._more(ConnectionResetError if not self._buffer else BadAnswer)
        head = HEAD.fullmatch(self._buffer, 0, end + 2)
        if not head:
            raise BadAnswer("this is no head of an answer")
        self._buffer = self._buffer[end + 4 :]
        version, status, reason, fields = head.groups()
        self.status, self.reason = int(status), (reason or b"").decode("latin-1")
        parts = [line.partition(":") for line in fields.decode("latin-1").split("\r\n")[:-1]]
        self.headers = [(name, value.strip(" \t")) for name, _colon, value in parts]
        named = {name.lower(): value for name, value in self.headers}
        self.will_close = version == b"0" or "close" in named.get("connection", "").lower()
        return named

    def _begin_chunks(self, named: Mapping[str, str]) -> None:
        if named["transfer-encoding"].strip().lower() != "chunked" or "content-length" in named:
            raise BadAnswer("where the body ends is not clear")
        self._chunk = 0

    def _read_chunk(self, size: int) -> bytes:
        if not self._chunk:
            match = CHUNK.fullmatch(self._line())
            if not match:
                raise BadAnswer("this is no size of a chunk")
            self._chunk = int(match[1], 16)
            if not self._chunk:
                while self._line():
                    pass  # trailers
                self._complete = True
                return b""
        piece = self._some(min(size, self._chunk)) or self._short()
        self._chunk -= len(piece)
        if not self._chunk and self._line():
            raise BadAnswer("a chunk is longer than it said")
        return piece

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > MOST_HEAD_BYTES:
                raise BadAnswer("a line has no end")
            self._more(BadAnswer)
        line, self._buffer = self._buffer[:end], self._buffer[end + 2 :]
        return line

    def _more(self, if_none: type[Exception]) -> None:
        piece = self._sock.recv(AT_ONCE)
        if not piece:
            raise if_none("the service hung up")
        self._buffer += piece

    def _some(self, size: int) -> bytes:
        if self._buffer:
            piece, self._buffer = self._buffer[:size], self._buffer[size:]
            return piece
        return self._sock.recv(size)

    def _exactly(self, size: int) -> bytes:
        if len(self._buffer) >= size:
            return self._some(size)
        piece, place = bytearray(size), len(self._buffer)
        piece[:place], self._buffer = self._buffer, b""
        with memoryview(piece) as view:
            while place < size:
                place += self._sock.recv_into(view[place:]) or len(self._short())
        return bytes(piece)

    @staticmethod
    def _short() -> bytes:
        raise BadAnswer("the body ended early")


def _length(headers: list[tuple[str, str]]) -> int:
    said = {value for name, value in headers if name.lower() == "content-length"}
    text = said.pop()
    if said or not (text.isascii() and text.isdigit()):
        raise BadAnswer("where the body ends is not clear")
    return int(text)

"""Pooled plain connections to one service for the API proxy, with a breaker and a cap on calls at a time."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from gateway.edge.wire import AT_ONCE, BadAnswer, Connection, Response

PIECE = 1024 * 1024
CONNECT_SECONDS = 2.0
READ_SECONDS = 15.0
BODY_SECONDS = 120.0
FAILURES_TO_OPEN = 5
OPEN_SECONDS = 5.0
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS"})


class Unavailable(Exception):
    """The service did not answer, or was not asked because it did not answer before."""


class Body(Protocol):
    """What is sent: a readable, and its length, None where it comes in chunks of unknown number."""

    length: int | None

    def read(self, size: int) -> bytes: ...


class Breaker:
    """Opens after some failures in a row; then one call a while may try again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures, self._open_until = 0, 0.0
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Return whether to ask; while open, one caller every few seconds is the one that tries."""
        if self._failures < FAILURES_TO_OPEN:
            return True
        with self._lock:
            now = self._clock()
            if now < self._open_until:
                return False
            self._open_until = now + OPEN_SECONDS
            return True

    def succeeded(self) -> None:
        if self._failures:
            with self._lock:
                self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._open_until = self._clock() + OPEN_SECONDS


class Upstream:
    """One service as the proxy sees it."""

    def __init__(self, base_url: str, concurrency: int) -> None:
        parts = urlsplit(base_url)
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self.prefix = parts.path.rstrip("/")
        self._idle: list[Connection] = []
        self._free, self._concurrency = concurrency, concurrency
        self._lock = threading.Lock()
        self._breaker = Breaker()

    def call(self, method: str, target: str, headers: Mapping[str, str], body: Body | None) -> "Answer":
        """Send the request and return the answer, whose body is still to be read.

        Raises `Unavailable`. A call that changes something is never sent twice.
        """
        if not self._breaker.allows() or not self._take_place():
            raise Unavailable
        try:
            answer = self._call(method, target, headers, body)
        except (OSError, BadAnswer) as error:
            self._leave_place()
            self._breaker.failed()
            raise Unavailable from error
        except BaseException:
            self._leave_place()
            raise
        self._breaker.succeeded()
        return answer

    def _take_place(self) -> bool:
        with self._lock:
            if not self._free:
                return False
            self._free -= 1
            return True

    def _leave_place(self) -> None:
        with self._lock:
            self._free += 1

    def _call(self, method: str, target: str, headers: Mapping[str, str], body: Body | None) -> "Answer":
        connection = self._kept()
        if connection is not None and body is None and method in IDEMPOTENT:
            try:
                return self._exchange(connection, method, target, headers, None)
            except (ConnectionError, BadAnswer):
                connection.close()
                connection = None
        return self._exchange(connection or self._new(), method, target, headers, body)

    def _exchange(
        self, connection: Connection, method: str, target: str, headers: Mapping[str, str], body: Body | None
    ) -> "Answer":
        try:
            connection.wait_at_most(BODY_SECONDS if body else READ_SECONDS)
            first = _first_bytes(body)
            connection.send(method, self.prefix + target, {**headers, **_length(body)}, first)
            if body is not None:
                _send_rest(connection, body, len(first))
            return Answer(self, connection, Response(connection.sock, method))
        except BaseException:
            connection.close()
            raise

    def _kept(self) -> Connection | None:
        """Return an idle connection that the service has not closed meanwhile."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if connection.is_quiet():
                return connection
            connection.close()
        return None

    def _new(self) -> Connection:
        return Connection(self._host, self._port, https=self._https, timeout=CONNECT_SECONDS)

    def release(self, connection: Connection, *, reusable: bool) -> None:
        """Take back the connection of an answer that is done with."""
        with self._lock:
            self._free += 1
            if kept := reusable and len(self._idle) < self._concurrency:
                self._idle.append(connection)
        if not kept:
            connection.close()


class Answer:
    """A service's answer. Whoever holds it reads it to its end or closes it."""

    def __init__(self, upstream: Upstream, connection: Connection, response: Response) -> None:
        self._upstream, self._connection, self.response = upstream, connection, response
        self._released = False
        if response.length is not None and response.length > PIECE:
            connection.wait_at_most(BODY_SECONDS)

    @property
    def status(self) -> int:
        return self.response.status

    def read_whole(self) -> bytes:
        """Return the body of an answer known to be small."""
        try:
            return self.response.read(self.response.length or 0)
        finally:
            self.close()

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self.response.read(PIECE):
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back; one with something left to read is closed."""
        if not self._released:
            self._released = True
            self._upstream.release(self._connection, reusable=self.response.is_reusable)


def _length(body: Body | None) -> Mapping[str, str]:
    if body is None:
        return {}
    return {"Transfer-Encoding": "chunked"} if body.length is None else {"Content-Length": str(body.length)}


def _first_bytes(body: Body | None) -> bytes:
    """Return what goes out with the head: of a small body all, so that most requests are one packet."""
    if body is None or not body.length:
        return b""
    piece = body.read(min(AT_ONCE, body.length))
    if not piece:
        raise ClientGone
    return piece


def _send_rest(connection: Connection, body: Body, sent: int) -> None:
    """Send the body in pieces. A service that has heard enough (413) closes early; its answer is read all the same."""
    try:
        if body.length is None:
            while piece := body.read(PIECE):
                connection.sock.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
            connection.sock.sendall(b"0\r\n\r\n")
            return
        left = body.length - sent
        while left > 0:
            piece = body.read(min(PIECE, left))
            if not piece:
                raise ClientGone
            connection.sock.sendall(piece)
            left -= len(piece)
    except (BrokenPipeError, ConnectionResetError):
        return


class ClientGone(Exception):
    """The browser went away before it had sent what it announced."""

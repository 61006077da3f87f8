"""Pooled plain connections to one service for the API proxy, with a breaker and a cap on calls at a time.

`http.client` rather than `requests`: it costs half as much a call (docs/operations.md has the figures).
"""

import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from queue import Empty, LifoQueue
from typing import Protocol
from urllib.parse import urlsplit

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
        self._idle: LifoQueue[HTTPConnection] = LifoQueue(maxsize=concurrency)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._breaker = Breaker()

    def call(self, method: str, target: str, headers: Mapping[str, str], body: Body | None) -> "Answer":
        """Send the request and return the answer, whose body is still to be read.

        Raises `Unavailable`. A call that changes something is never sent twice.
        """
        if not self._breaker.allows() or not self._slots.acquire(blocking=False):
            raise Unavailable
        try:
            answer = self._call(method, target, headers, body)
        except (OSError, HTTPException) as error:
            self._slots.release()
            self._breaker.failed()
            raise Unavailable from error
        except BaseException:
            self._slots.release()
            raise
        self._breaker.succeeded()
        return answer

    def _call(self, method: str, target: str, headers: Mapping[str, str], body: Body | None) -> "Answer":
        connection = self._kept()
        if connection is not None and body is None and method in IDEMPOTENT:
            try:
                return self._exchange(connection, method, target, headers, None)
            except (ConnectionError, HTTPException):
                connection.close()
                connection = None
        return self._exchange(connection or self._new(), method, target, headers, body)

    def _exchange(
        self, connection: HTTPConnection, method: str, target: str, headers: Mapping[str, str], body: Body | None
    ) -> "Answer":
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(BODY_SECONDS if body else READ_SECONDS)
            connection.putrequest(method, self.prefix + target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body is not None:
                _put_length(connection, body)
            connection.endheaders()
            if body is not None:
                _send_body(connection, body)
            return Answer(self, connection, connection.getresponse())
        except BaseException:
            connection.close()
            raise

    def _kept(self) -> HTTPConnection | None:
        """Return an idle connection that the service has not closed meanwhile."""
        while True:
            try:
                connection = self._idle.get_nowait()
            except Empty:
                return None
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()

    def _new(self) -> HTTPConnection:
        kind = HTTPSConnection if self._https else HTTPConnection
        return kind(self._host, self._port, timeout=CONNECT_SECONDS)

    def release(self, connection: HTTPConnection, *, reusable: bool) -> None:
        """Take back the connection of an answer that is done with."""
        self._slots.release()
        if reusable and connection.sock is not None and not self._idle.full():
            self._idle.put(connection)
        else:
            connection.close()


class Answer:
    """A service's answer. Whoever holds it reads it to its end or closes it."""

    def __init__(self, upstream: Upstream, connection: HTTPConnection, response: HTTPResponse) -> None:
        self._upstream, self._connection, self.response = upstream, connection, response
        self._released = False
        if response.length is not None and response.length > PIECE and connection.sock is not None:
            connection.sock.settimeout(BODY_SECONDS)

    @property
    def status(self) -> int:
        return self.response.status

    def read_whole(self) -> bytes:
        """Return the body of an answer known to be small."""
        try:
            return self.response.read()
        finally:
            self.close()

    def __iter__(self) -> Iterator[bytes]:
        read = self.response.read1 if self.response.length is None else self.response.read
        try:
            while piece := read(PIECE):
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back; one with something left to read is closed."""
        if not self._released:
            self._released = True
            reusable = self.response.isclosed() and not self.response.will_close
            self._upstream.release(self._connection, reusable=reusable)


def _put_length(connection: HTTPConnection, body: Body) -> None:
    if body.length is None:
        connection.putheader("Transfer-Encoding", "chunked")
    else:
        connection.putheader("Content-Length", str(body.length))


def _send_body(connection: HTTPConnection, body: Body) -> None:
    """Send the body in pieces. A service that has heard enough (413) closes early; its answer is read all the same."""
    try:
        if body.length is None:
            while piece := body.read(PIECE):
                connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
            connection.send(b"0\r\n\r\n")
            return
        left = body.length
        while left > 0:
            piece = body.read(min(PIECE, left))
            if not piece:
                raise ClientGone
            connection.send(piece)
            left -= len(piece)
    except (BrokenPipeError, ConnectionResetError):
        return


class ClientGone(Exception):
    """The browser went away before it had sent what it announced."""

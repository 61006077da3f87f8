"""gunicorn's thread worker with an end to patience: slow clients may not hold its threads, quick ones keep one.

The thread worker waits for ever for the rest of a header or body. Here a header has `HEADER_SECONDS` in all, a
pause in sending or taking `PAUSE_SECONDS`, a whole request `REQUEST_SECONDS`. A connection whose next request
follows at once is answered by the same thread, without a detour through the poller.
"""

import contextlib
import select
import socket
import struct
import sys
import time
from typing import Any

from gunicorn.http.wsgi import FileWrapper, create
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn, ThreadWorker

from deploy.web_messages import Answer, Environs, PlainParser, PlainRequest

LINGER_MILLISECONDS = 5
NOTIFY_SECONDS = 0.5
HEADER_SECONDS = 15
PAUSE_SECONDS = 60
REQUEST_SECONDS = 3600
SWITCH_SECONDS = 0.001
"""How long a thread that computes may keep the interpreter while another one has its answer from a database or service.

A page waits for several such answers, and queues after each. With Python's 5 ms, eight waits beside one busy thread
took three times as long as alone; with this a quarter more.
"""


class DeadlineWorker(ThreadWorker):
    """The thread worker, closing each connection that is over its time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadlines: dict[TConn, float] = {}
        self._environs = Environs(self.cfg)
        self._next_notify = 0.0

    def init_process(self) -> None:
        """Begin to answer, in the worker's own process."""
        sys.setswitchinterval(SWITCH_SECONDS)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Have one of the worker's threads read and answer what comes on the connection."""
        if conn.parser is None and not self.cfg.is_ssl:
            conn.parser = PlainParser(self.cfg, conn.sock, conn.client)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """Read and answer requests while they follow at once; runs in one of the worker's threads."""
        if not conn.initialized:
            _limit_pauses(conn.sock)
        try:
            while (more := self._handle_one(conn)) is True and self._asks_again(conn):
                pass
            return more
        finally:
            self._deadlines.pop(conn, None)

    def _handle_one(self, conn: TConn) -> Any:
        self._deadlines[conn] = time.monotonic() + HEADER_SECONDS
        return super().handle(conn)

    def _asks_again(self, conn: TConn) -> bool:
        """Return whether the next request is there within moments, and no other connection waits for the thread.

        To hand a connection to the poller and back takes as long as a small answer.
        """
        if not self.alive or self.tpool._work_queue.qsize():
            return False
        if conn.parser.unreader.buf.getvalue():
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(LINGER_MILLISECONDS))

    def handle_request(self, req: PlainRequest, conn: TConn) -> bool:
        """Answer a request whose head has been read; return whether the connection may stay."""
        self._deadlines[conn] = time.monotonic() + REQUEST_SECONDS
        answer, environ = self._begin(req, conn)
        try:
            pieces = self.wsgi(environ, answer.start_response)
            try:
                _send(answer, pieces)
            finally:
                if hasattr(pieces, "close"):
                    pieces.close()
        except OSError:
            raise
        except (Exception, SystemExit):
            if not answer.headers_sent:
                raise
            # Another answer may not follow the beginning of this one.
            self.log.exception("Error handling request")
            close_graceful(conn.sock)
            raise StopIteration from None
        return not answer.should_close()

    def _begin(self, req: PlainRequest, conn: TConn) -> tuple[Answer, dict[str, Any]]:
        if req.is_plain and isinstance(conn.client, tuple):
            answer, environ = Answer(req, conn.sock, self.cfg), self._environs.of(req, conn)
        else:
            answer, environ = create(req, conn.sock, conn.client, conn.server, self.cfg, response_class=Answer)
            environ["wsgi.multithread"] = True
        if not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
            answer.force_close()
        return answer, environ

    def notify(self) -> None:
        """Tell the arbiter that the worker lives; called once a second by the worker's main loop."""
        now = time.monotonic()
        if now < self._next_notify:
            return
        self._next_notify = now + NOTIFY_SECONDS
        super().notify()
        for conn, deadline in self._deadlines.copy().items():
            if deadline < now:
                # Wakes the thread that reads or writes there; it then closes the connection itself.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)


def _send(answer: Answer, pieces: Any) -> None:
    if isinstance(pieces, FileWrapper):
        answer.write_file(pieces)
    else:
        for piece in pieces:
            answer.write(piece)
    answer.close()


def _limit_pauses(connection: socket.socket) -> None:
    seconds = struct.pack("ll", PAUSE_SECONDS, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)

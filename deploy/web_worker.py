"""gunicorn's thread worker with an end to patience: slow clients may not hold its threads.

The thread worker waits for ever for the rest of a header or body. Here a header has `HEADER_SECONDS` in all, a
pause in sending or taking `PAUSE_SECONDS`, a whole request `REQUEST_SECONDS`.
"""

import contextlib
import socket
import struct
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEADER_SECONDS = 15
PAUSE_SECONDS = 60
REQUEST_SECONDS = 3600


class DeadlineWorker(ThreadWorker):
    """The thread worker, closing each connection that is over its time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadlines: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        """Read and answer one request; runs in one of the worker's threads."""
        if not conn.initialized:
            _limit_pauses(conn.sock)
        self._deadlines[conn] = time.monotonic() + HEADER_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._deadlines.pop(conn, None)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request whose header has been read."""
        self._deadlines[conn] = time.monotonic() + REQUEST_SECONDS
        return super().handle_request(req, conn)

    def notify(self) -> None:
        """Tell the arbiter that the worker lives; called once a second by the worker's main loop."""
        super().notify()
        now = time.monotonic()
        for conn, deadline in self._deadlines.copy().items():
            if deadline < now:
                # Wakes the thread that reads or writes there; it then closes the connection itself.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)


def _limit_pauses(connection: socket.socket) -> None:
    seconds = struct.pack("ll", PAUSE_SECONDS, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)

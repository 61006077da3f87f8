"""What a worker says of itself: alive, ready, and its figures, on a port of its own where one is set."""

import threading
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from time import monotonic
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import inbox, outbox
from services.chassis.database import Database

UNREADY_SECONDS = 20.0
"""A loop may fail this long, as while a broker starts anew, before the worker calls itself unready."""


class Health:
    """How the loops of a worker are. They tell; the health port asks."""

    def __init__(self, database: Database, service: str) -> None:
        self._database, self._service = database, service
        self._failing_since: dict[str, float] = {}
        self._errors: dict[str, str] = {}

    def works(self, loop: str) -> None:
        """The loop did what it is for."""
        if self._failing_since:
            self._failing_since.pop(loop, None)
            self._errors.pop(loop, None)

    def failed(self, loop: str, error: Exception) -> None:
        """The loop failed and will be started again."""
        self._failing_since.setdefault(loop, monotonic())
        self._errors[loop] = f"{type(error).__name__}: {error}"[:300]

    def problems(self) -> dict[str, str]:
        """Return the loops that have been failing for longer than a restart of the other side takes."""
        late = monotonic() - UNREADY_SECONDS
        return {loop: self._errors.get(loop, "") for loop, since in [*self._failing_since.items()] if since < late}

    def figures(self) -> bytes:
        """Return all figures of this process in Prometheus' text format."""
        try:
            with self._database.reading() as session:
                outbox.measure(session, self._service)
                inbox.measure(session, self._service)
        except SQLAlchemyError:
            pass  # the figures of the process itself are wanted all the more
        return generate_latest()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            return _answer(start_response, "200 OK", self.figures(), CONTENT_TYPE_LATEST)
        if path == "/healthz":
            return _answer(start_response, "200 OK", b'{"status":"alive"}')
        if path == "/readyz":
            problems = self.problems()
            body = orjson.dumps({"status": "unready" if problems else "ready", "problems": problems})
            return _answer(start_response, "503 Service Unavailable" if problems else "200 OK", body)
        return _answer(start_response, "404 Not Found", b'{"status":"not found"}')


def _answer(start: StartResponse, status: str, body: bytes, content_type: str = "application/json") -> list[bytes]:
    start(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a probe asks every few seconds."""


def serve_health(health: Health, port: int, host: str = "0.0.0.0") -> int:  # noqa: S104 - a container's probe comes from outside
    """Answer /healthz, /readyz and /metrics on `port` in a thread; return the port."""
    server = make_server(host, port, health, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server.server_port

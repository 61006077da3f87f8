"""Slow clients do not hold the threads that answer (threat 28)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.parts import ROOT

THREADS = 2
SCRIPT = f"""
import sys
from deploy import web_worker
from deploy.server import Server

web_worker.HEADER_SECONDS, web_worker.PAUSE_SECONDS, web_worker.REQUEST_SECONDS = 1, 1, 3

def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]

Server(lambda: application, bind="fd://" + sys.argv[1], threads={THREADS}, graceful_timeout=1).answer()
"""


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, int]]:
    """Where an application answers that sends back what it was sent."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        number = str(listener.fileno())
        server = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, number], cwd=ROOT, pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL
        )
        yield listener.getsockname()
    os.kill(server.pid, signal.SIGTERM)
    server.wait(timeout=10)


def opened(place: tuple[str, int], first: bytes) -> socket.socket:
    connection = socket.create_connection(place, timeout=10)
    connection.sendall(first)
    return connection


def answer(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(4096):
        received += piece
    return received


def post(place: tuple[str, int], body: bytes) -> bytes:
    header = f"POST / HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    with opened(place, header.encode() + body) as connection:
        return answer(connection)


def test_a_request_that_comes_at_once_is_answered(place: tuple[str, int]) -> None:
    assert post(place, b"hello").endswith(b"\r\n\r\nhello")


def seconds_until_cut_off(connection: socket.socket, piece: bytes) -> float:
    """Send `piece` five times a second; return after how long the other end had enough."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 15:
        try:
            connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            break
        time.sleep(0.2)
    return passed


def test_a_header_that_drips_is_cut_off(place: tuple[str, int]) -> None:
    with opened(place, b"GET / HTTP/1.1\r\nHost: here\r\n") as connection:
        assert seconds_until_cut_off(connection, b"X-Slow: 1\r\n") < 6


def test_a_body_that_pauses_is_cut_off(place: tuple[str, int]) -> None:
    with opened(place, b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf") as connection:
        began = time.monotonic()
        assert not answer(connection).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 6


def test_a_body_that_drips_for_ever_is_cut_off(place: tuple[str, int]) -> None:
    with opened(place, b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n") as connection:
        assert 2 < seconds_until_cut_off(connection, b"x") < 10


def test_slow_clients_do_not_keep_others_out(place: tuple[str, int]) -> None:
    slow = [opened(place, b"GET / HTTP/1.1\r\nX-Half: ") for _ in range(THREADS * 3)]
    try:
        assert post(place, b"quick").endswith(b"quick")
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "header",
    [
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: xchunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : here\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\nX-Large: " + b"x" * 9000 + b"\r\n\r\n",
        b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: here\r\n\r\n",
    ],
    ids=["both lengths", "two lengths", "odd coding", "blank before colon", "folded", "large field", "long line"],
)
def test_an_ambiguous_or_oversized_header_is_refused(place: tuple[str, int], header: bytes) -> None:
    with opened(place, header) as connection:
        status = answer(connection).partition(b"\r\n")[0]
    assert status.split(b" ")[1:2] in ([b"400"], [b"414"], [b"431"], [b"501"]), status

"""HTTP as the proxy speaks it to a service: what it takes for an answer, and when a connection is used again."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from gateway.edge.wire import BadAnswer, Connection, Response

Answering = Callable[[bytes], Response]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A function that returns what is made of these bytes of a service that then hangs up."""
    opened: list[socket.socket] = []

    def answer(data: bytes, method: str = "GET") -> Response:
        ours, theirs = socket.socketpair()
        opened.append(ours)

        def send() -> None:
            with theirs:
                theirs.sendall(data)

        threading.Thread(target=send, daemon=True).start()
        return Response(ours, method)

    yield answer
    for each in opened:
        each.close()


def whole(response: Response, size: int = 1000) -> bytes:
    return b"".join(iter(lambda: response.read(size), b""))


def test_a_body_of_known_length(answering: Answering) -> None:
    response = answering(b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "a" \r\nX: ma\xf1ana\r\n\r\nhello')
    assert (response.status, response.reason, response.length) == (200, "OK", 5)
    assert response.headers[1:] == [("ETag", '"a"'), ("X", "mañana")]
    assert whole(response) == b"hello"
    assert response.is_reusable


def test_a_large_body_comes_in_whole_pieces(answering: Answering) -> None:
    body = bytes(range(256)) * 4096
    response = answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    pieces = list(iter(lambda: response.read(300_000), b""))
    assert [len(piece) for piece in pieces[:-1]] == [300_000] * 3
    assert b"".join(pieces) == body


def test_chunks(answering: Answering) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    response = answering(head + b"5\r\nhello\r\n6;note=x\r\n world\r\n0\r\nTrailer: x\r\n\r\n")
    assert response.length is None
    assert whole(response, 3) == b"hello world"
    assert response.is_reusable


def test_a_body_that_ends_with_the_connection(answering: Answering) -> None:
    response = answering(b"HTTP/1.1 200\r\n\r\nto the end")
    assert whole(response) == b"to the end"
    assert not response.is_reusable


@pytest.mark.parametrize(
    ("data", "method"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "GET"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "POST"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "POST"),
    ],
)
def test_answers_without_a_body(answering: Callable[..., Response], data: bytes, method: str) -> None:
    response = answering(data, method)
    assert response.read(10) == b""
    assert response.is_reusable


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_what_may_not_be_used_again(answering: Answering, data: bytes) -> None:
    """What comes after an answer never becomes the answer to somebody else."""
    response = answering(data)
    assert whole(response) == b"ok"
    assert not response.is_reusable


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5",
        b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: a\r\n b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000,
    ],
)
def test_what_is_no_answer(answering: Answering, data: bytes) -> None:
    with pytest.raises(BadAnswer):
        answering(data)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nhello\r\n0\r\n\r\n",
    ],
)
def test_a_body_that_ends_early_is_no_whole_one(answering: Answering, data: bytes) -> None:
    response = answering(data)
    with pytest.raises(BadAnswer):
        whole(response)
    assert not response.is_reusable


def test_a_service_that_hangs_up_at_once_has_not_answered(answering: Answering) -> None:
    with pytest.raises(ConnectionResetError):
        answering(b"")


@pytest.mark.parametrize(
    ("target", "headers"),
    [("/v1/a b", {}), ("/v1/a\r\nX: y", {}), ("/v1", {"Accept": "a\r\nX: y"}), ("/v1", {"X\n": "y"})],
)
def test_no_header_can_be_smuggled_in(target: str, headers: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection("127.0.0.1", server.getsockname()[1], https=False, timeout=2)
        with pytest.raises(ValueError, match="where none may be"):
            connection.send("GET", target, headers)
        connection.close()

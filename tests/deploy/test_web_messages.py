"""Requests are read as gunicorn's own parser reads them, and nobody smuggles one (threat 28)."""

import socket
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidResponseHeader
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deploy.web_messages import Answer, PlainParser, PlainRequest

PEER = ("192.0.2.1", 1234)
HEAD = b"GET /a?b=c HTTP/1.1\r\nHost: here\r\n"


def configuration() -> Config:
    config = Config()
    for name, value in {
        "limit_request_line": 200,
        "limit_request_fields": 5,
        "limit_request_field_size": 100,
        "header_map": "drop",
        "forwarded_allow_ips": "",
        "http_parser": "python",
    }.items():
        config.set(name, value)
    return config


CONFIGURATION = configuration()


def read(kind: type[Request], data: bytes) -> Any:
    """Return all that is made of a request, or the kind of its refusal."""
    unreader = IterUnreader([data])
    try:
        request = kind(CONFIGURATION, unreader, PEER)
    except Exception as error:
        return type(error)
    head = (request.method, request.uri, request.path, request.query, request.version, request.headers)
    length = getattr(request.body.reader, "length", None)
    rest = unreader.take_buffered()
    return head, type(request.body.reader), length, request.should_close(), rest


NAMES = [
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Expect",
    "X-A",
    "X_A",
    "content-length",
    "X A",
    "",
]
VALUES = [
    "here",
    "5",
    "+5",
    "5, 5",
    " 5\t",
    "chunked",
    "gzip, chunked",
    "close",
    "100-continue",
    "a\x00b",
    "é",
    "²",
    "",
]
lines = st.builds(
    lambda name, colon, value, end: f"{name}{colon}{value}{end}".encode("latin-1"),
    st.sampled_from(NAMES),
    st.sampled_from([":", ": ", " :", ":\t ", ""]),
    st.sampled_from(VALUES) | st.text(st.characters(max_codepoint=255), max_size=120),
    st.sampled_from(["\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n "]),
)
requests = st.builds(
    lambda method, target, version, fields, end: b"%b %b %b\r\n%b%b" % (method, target, version, b"".join(fields), end),
    st.sampled_from([b"GET", b"POST", b"get", b"CONNECT", b"OPTIONS", b"PRI", b"GET "]),
    st.sampled_from([b"/", b"/a?b#c", b"//a", b"http://h/a", b"*", b"/a b", b"/\xff", b"/%0d%0a", b"/" + b"a" * 190])
    | st.binary(max_size=20),
    st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.1 ", b"http/1.1", b""]),
    st.lists(lines, max_size=7),
    st.sampled_from([b"\r\n", b"\r\nhello", b"\n", b""]),
)


@given(requests)
@example(HEAD + b"\r\nGET /second HTTP/1.1\r\n\r\n")
@example(HEAD + b"Host: two\r\n\r\n")
@example(b"\r\n" + HEAD + b"\r\n")
@example(HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")
@example(HEAD + b"X-Long: " + b"a" * 91 + b"\r\n\r\n")
@settings(max_examples=400, deadline=None)
def test_the_short_way_and_gunicorn_s_understand_the_same(data: bytes) -> None:
    assert read(PlainRequest, data) == read(Request, data)


def test_a_usual_request_takes_the_short_way() -> None:
    request = PlainRequest(CONFIGURATION, IterUnreader([HEAD + b"Content-Length: 5\r\n\r\nhello"]), PEER)
    assert request.is_plain
    assert request.body.read() == b"hello"


@pytest.mark.parametrize("piece", [1, 3, 40])
def test_a_head_in_pieces_is_read_all_the_same(piece: int) -> None:
    data = HEAD + b"Content-Length: 2\r\n\r\nok" + HEAD + b"\r\n"
    parser = PlainParser(CONFIGURATION, [data[at : at + piece] for at in range(0, len(data), piece)], PEER)
    first = next(parser)
    assert (first.query, first.body.read()) == ("b=c", b"ok")
    assert next(parser).headers == [("HOST", "here")]


def test_a_body_nobody_read_is_not_the_next_request() -> None:
    inner = b"GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n"
    data = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner + HEAD + b"\r\n"
    parser = PlainParser(CONFIGURATION, [data], PEER)
    assert [next(parser).path, next(parser).path] == ["/", "/a"]


def sent(headers: list[tuple[str, str]], *pieces: bytes, status: str = "200 OK") -> list[bytes]:
    """Return the packets of an answer."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        answer = Answer(PlainRequest(CONFIGURATION, IterUnreader([HEAD + b"\r\n"]), PEER), ours, CONFIGURATION)
        answer.start_response(status, headers)
        for piece in pieces:
            answer.write(piece)
        answer.close()
        ours.shutdown(socket.SHUT_WR)
        return list(iter(lambda: theirs.recv(200_000), b""))


def test_a_small_answer_is_one_packet() -> None:
    [packet] = sent([("Content-Length", "2"), ("X-A", "b")], b"ok")
    head, body = packet.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert head.endswith(b"\r\nConnection: keep-alive\r\nContent-Length: 2\r\nX-A: b")
    assert body == b"ok"


def test_an_answer_without_a_body_or_a_length() -> None:
    assert sent([("Content-Length", "0")])[0].endswith(b"Content-Length: 0\r\n\r\n")
    assert b"Content-Length" not in sent([], status="204 No Content")[0]
    assert b"".join(sent([], b"a", b"", b"bc")).endswith(b"\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    "field",
    [
        ("X-A", "b\r\nX-C: d"),
        ("X-A", "b\r\n\r\n<html>"),
        ("X-A: b\r\nX-C", "d"),
        ("X-A", "b\n"),
        ("X A", "b"),
        ("", "b"),
    ],
)
def test_an_answer_cannot_be_split(field: tuple[str, str]) -> None:
    with pytest.raises(InvalidResponseHeader):
        sent([("Content-Length", "0"), field])

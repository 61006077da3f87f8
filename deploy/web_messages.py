"""How a web worker reads requests and writes answers: as gunicorn does, with the work of the usual ones cut short.

A request whose head is plain is read here; every other one, and all that is odd, is left to gunicorn's own parser.
An answer's head goes out with the first piece of its body, in one packet.
"""

import re
import time
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from gunicorn import SERVER_SOFTWARE
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.errors import InvalidResponseHeader
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import FileWrapper, Response, WSGIErrorsWrapper
from gunicorn.util import is_hoppish, unquote_to_wsgi_str

PLAIN_HEAD = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE) (/[!-\"$-~]*) HTTP/1\.1\r\n"
    rb"((?:[A-Za-z0-9-]+:[\t -~\x80-\xff]*\r\n)+)\r\n"
)
"""No underscore in a name, no folding, no control character, no bare line break: nothing that two would read apart."""
LEFT_TO_GUNICORN = frozenset({"EXPECT", "TRANSFER-ENCODING", "TRAILER", "TE", "UPGRADE"})
ANSWER_FIELDS = re.compile(r"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*\r\n)*")
JOINED_AT_MOST = 64 * 1024


class PlainRequest(Request):
    """A request, read in one step where its head has come whole and is plain."""

    is_plain = False
    path: str
    query: str

    def _parse_python(self, unreader: Any, buf: bytearray) -> bytes:
        data = bytes(buf)
        plain = PLAIN_HEAD.match(data)
        if plain is None or len(plain[2]) + len(plain[1]) + 10 > self.limit_request_line:
            return super()._parse_python(unreader, buf)  # type: ignore[no-any-return]
        lines = plain[3].decode("latin-1").split("\r\n")[:-1]
        headers = [(name.upper(), value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines)]
        names = {name for name, _value in headers}
        if (
            len(names) != len(headers)
            or len(headers) > self.limit_request_fields
            or max(map(len, lines)) + 2 > self.limit_request_field_size
            or not names.isdisjoint(LEFT_TO_GUNICORN)
            or not names.isdisjoint(self.cfg.secure_scheme_headers)
        ):
            return super()._parse_python(unreader, buf)  # type: ignore[no-any-return]
        self.method, self.uri, self.version = plain[1].decode(), plain[2].decode(), (1, 1)
        self.path, _question, self.query = self.uri.partition("?")
        self.fragment, self.headers, self.is_plain = "", headers, True
        return data[plain.end() :]


class PlainParser(RequestParser):
    """Reads the requests of one connection."""

    mesg_class = PlainRequest

    def finish_body(self, deadline: float | None = None, max_bytes: int | None = None) -> bool:
        """Read what is left of a body; most have none, which is known without asking."""
        body: Any = self.mesg.body if self.mesg else None
        if type(body) is Body and not body.failed and type(body.reader) is LengthReader and not body.reader.length:
            return True
        return bool(super().finish_body(deadline, max_bytes))


class Answer(Response):
    """An answer, checked and sent as one where gunicorn takes a step for each field and a packet for each part."""

    headers_sent: bool
    _pending = b""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Take the fields over; raise `InvalidResponseHeader` where one would end early or begin another."""
        head = "".join([f"{name}: {value}\r\n" for name, value in headers])
        if not ANSWER_FIELDS.fullmatch(head) or head.count("\r\n") != len(headers):
            raise InvalidResponseHeader("a field of the answer")
        for name, value in headers:
            if name.lower() == "content-length":
                self.response_length = int(value)
            elif is_hoppish(name):
                continue
            self.headers.append((name, value))

    def send_headers(self) -> None:
        """Make the head ready to go out with what follows."""
        if self.headers_sent:
            return
        connection = "close" if self.should_close() else "keep-alive"
        fields = "".join([f"{name}: {value}\r\n" for name, value in self.headers])
        chunked = "Transfer-Encoding: chunked\r\n" if self.chunked else ""
        major, minor = self.req.version
        self._pending = (
            f"HTTP/{major}.{minor} {self.status}\r\nServer: {self.version}\r\nDate: {_date(int(time.time()))}\r\n"
            f"Connection: {connection}\r\n{chunked}{fields}\r\n"
        ).encode("latin-1")
        self.headers_sent = True

    def write(self, arg: bytes) -> None:
        """Send a piece of the body, and the head before the first."""
        super().write(arg)
        self._flush()

    def _emit_body(self, data: bytes) -> None:
        if self._pending and not self.chunked and len(data) <= JOINED_AT_MOST:
            data, self._pending = self._pending + data, b""
        self._flush()
        super()._emit_body(data)

    def _flush(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, b""
            self.sock.sendall(pending)

    def sendfile(self, respiter: Any) -> bool:
        """Send a file by the kernel's hand, if it may be."""
        self.send_headers()
        self._flush()
        return bool(super().sendfile(respiter))

    def close(self) -> None:
        """End the answer."""
        self.send_headers()
        self._flush()
        super().close()


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return name.replace("-", "_") if name in ("CONTENT-TYPE", "CONTENT-LENGTH") else f"HTTP_{name.replace('-', '_')}"


class Environs:
    """Makes the WSGI environment of plain requests (PEP 3333) from what is the same for all."""

    def __init__(self, cfg: Any) -> None:
        self._same: dict[str, Any] = {
            "wsgi.errors": WSGIErrorsWrapper(cfg),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": cfg.workers > 1,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input_terminated": True,
            "wsgi.url_scheme": "http",
            "SERVER_SOFTWARE": SERVER_SOFTWARE,
            "SCRIPT_NAME": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
        }

    def of(self, request: PlainRequest, conn: Any) -> dict[str, Any]:
        """Return the environment of `request`, which came on a TCP connection."""
        environ = self._same.copy()
        for name, value in request.headers:
            environ[_key(name)] = value
        environ["wsgi.input"] = request.body
        environ["gunicorn.socket"] = conn.sock
        environ["REQUEST_METHOD"] = request.method
        environ["QUERY_STRING"] = request.query
        environ["RAW_URI"] = request.uri
        environ["PATH_INFO"] = unquote_to_wsgi_str(request.path) if "%" in request.path else request.path
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = conn.client[0], str(conn.client[1])
        environ["SERVER_NAME"], environ["SERVER_PORT"] = conn.server[0], str(conn.server[1])
        return environ

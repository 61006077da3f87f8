"""Files out of a form, passed on while they arrive: whole, in flat memory, and only with the page's token."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Blueprint

from gateway import app as gateway_app
from gateway.app import Gateway
from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.uploads import uploaded_files
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT_SESSION, House

OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def uploading(house: House, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A gateway with one more page, which hashes what is sent to it and one that passes it on."""
    pages = Blueprint("uploading", __name__)

    @pages.post("/hash")
    @client_page(streams=True)
    def take() -> dict[str, object]:
        found = []
        for file in uploaded_files():
            digest = hashlib.sha256()
            for chunk in file.chunks:
                digest.update(chunk)
            found.append([file.name, file.content_type, digest.hexdigest(), dict(file.fields)])
        return {"files": found}

    @pages.post("/first-only")
    @client_page(streams=True)
    def first() -> dict[str, str]:
        return {"name": next(uploaded_files()).name}

    @pages.post("/pass-on")
    @client_page(streams=True)
    def pass_on() -> dict[str, object]:
        return {
            "sent": [
                clients().documents.upload("a1", file.name, file.chunks, content_type=file.content_type)
                for file in uploaded_files()
            ]
        }

    real = gateway_app.import_module
    module = type("Module", (), {"pages": pages})
    monkeypatch.setattr(gateway_app, "import_module", lambda name: module if "specimens" in name else real(name))
    return house.gateway_with_its_own_pages()


@pytest.fixture
def visitor(uploading: Gateway) -> Visitor:
    return Visitor(uploading, atrio_client=CLIENT_SESSION)


def test_files_arrive_whole_with_the_fields_before_them(visitor: Visitor) -> None:
    one, two = b"%PDF-1.7\r\n--not the boundary\r\n" * 5000, b""
    form = {"csrf_token": visitor.token("/home"), "request_id": "r1"}
    form |= {"file": [(BytesIO(one), "año 1.pdf", "application/pdf"), (BytesIO(two), "empty.txt", "text/plain")]}
    files = visitor.client.post("/hash", data=form, headers=OURS).json["files"]
    assert [(file[0], file[1], file[2]) for file in files] == [
        ("año 1.pdf", "application/pdf", hashlib.sha256(one).hexdigest()),
        ("empty.txt", "text/plain", hashlib.sha256(two).hexdigest()),
    ]
    assert files[0][3]["request_id"] == "r1"


def test_a_field_without_a_file_yields_nothing(visitor: Visitor) -> None:
    form = {"csrf_token": visitor.token("/home"), "file": (BytesIO(b""), "")}
    assert visitor.client.post("/hash", data=form, headers=OURS).json == {"files": []}


def test_no_file_is_touched_without_the_token(visitor: Visitor) -> None:
    for form in ({}, {"csrf_token": "made-up"}):
        answer = visitor.client.post("/hash", data=form | {"file": (BytesIO(b"x"), "x.txt")}, headers=OURS)
        assert answer.status_code == 403


def test_what_a_view_does_not_read_is_read_all_the_same(visitor: Visitor) -> None:
    form = {"csrf_token": visitor.token("/home")}
    form |= {"file": [(BytesIO(b"x" * 500_000), "one.txt"), (BytesIO(b"y" * 500_000), "two.txt")]}
    assert visitor.client.post("/first-only", data=form, headers=OURS).json == {"name": "one.txt"}


def test_what_is_no_form_with_files_is_refused(visitor: Visitor) -> None:
    headers = OURS | {"X-CSRF-Token": visitor.token("/home")}
    assert visitor.client.post("/hash", data={"a": "b"}, headers=headers).status_code == 400


def test_the_file_reaches_its_service_as_it_was(house: House, visitor: Visitor) -> None:
    content, got = bytes(range(256)) * 10_000, []
    house.answers[("POST", "/documents/v1/accounts/a1/documents")] = lambda call: (
        got.append((call.args["name"], call.content_type, call.get_data())) or {"id": "d1"}
    )
    form = {"csrf_token": visitor.token("/home"), "file": (BytesIO(content), "Extracto nº 1.pdf", "application/pdf")}
    assert visitor.client.post("/pass-on", data=form, headers=OURS).json == {"sent": [{"id": "d1"}]}
    assert got == [("Extracto nº 1.pdf", "application/pdf", content)]


class Endless:
    """A form with a file of `megabytes`, made while it is read."""

    def __init__(self, token: str, megabytes: int) -> None:
        head = (
            f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
            '--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        self._pieces = self._make(head, megabytes)
        self._rest = b""
        self.length = len(head) + megabytes * 1024 * 1024 + len(b"\r\n--b--\r\n")

    def _make(self, head: bytes, megabytes: int) -> Iterator[bytes]:
        yield head
        piece = b"0123456789abcdef" * 65536
        for _ in range(megabytes):
            yield piece
        yield b"\r\n--b--\r\n"

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def test_200_mb_go_through_in_flat_memory(visitor: Visitor) -> None:
    body = Endless(visitor.token("/home"), megabytes=200)
    tracemalloc.start()
    try:
        answer = visitor.client.post(
            "/hash",
            environ_overrides={
                "wsgi.input": body,
                "CONTENT_LENGTH": str(body.length),
                "CONTENT_TYPE": "multipart/form-data; boundary=b",
            },
            headers=OURS,
        )
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    expected = hashlib.sha256()
    for _ in range(200):
        expected.update(b"0123456789abcdef" * 65536)
    assert answer.json["files"][0][2] == expected.hexdigest()
    assert peak < 24 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 3_000_000, 413),  # no boundary at all
        (b"--b\r\n" + b"X-Header: y\r\n" * 200_000, 413),
        (b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"n" * 3_000_000, 413),
        (b'--b\r\nContent-Disposition: form-data; name="f"; filename="cut.txt"\r\n\r\nno end', 400),
        (b"--b\r\n\r\nno disposition\r\n--b--\r\n", 400),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1100, 413),
    ],
)
def test_a_broken_form_is_refused_early(visitor: Visitor, body: bytes, status: int) -> None:
    headers = OURS | {"X-CSRF-Token": visitor.token("/home")}
    answer = visitor.client.post("/hash", data=body, content_type="multipart/form-data; boundary=b", headers=headers)
    assert answer.status_code == status


def test_a_body_past_the_limit_is_refused(house: House, uploading: Gateway) -> None:
    uploading.pages.config["MAX_UPLOAD_BYTES"] = 1000
    visitor = Visitor(uploading, atrio_client=CLIENT_SESSION)
    form = {"csrf_token": visitor.token("/home"), "file": (BytesIO(b"x" * 5000), "x.bin")}
    answer = visitor.client.post("/hash", data=form, headers=OURS)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_other_forms_keep_their_small_limit(client: Visitor) -> None:
    headers = OURS | {"X-CSRF-Token": client.token("/home")}
    form = {"locale": "en", "timezone": "x" * (5 * 1024 * 1024)}
    assert client.client.post("/profile", data=form, headers=headers).status_code == 413


class Broken:
    """A browser that goes away in the middle of a file."""

    def __init__(self, token: str) -> None:
        self._whole = Endless(token, megabytes=3)
        self.length, self._left = self._whole.length, 8

    def read(self, size: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise ConnectionResetError
        return self._whole.read(size)


def test_browsers_that_go_away_do_not_count_against_the_service(house: House, visitor: Visitor) -> None:
    house.answers[("POST", "/documents/v1/accounts/a1/documents")] = {"id": "d1"}
    for _ in range(7):
        body = Broken(visitor.token("/home"))
        environ = {"wsgi.input": body, "CONTENT_LENGTH": str(body.length)}
        environ["CONTENT_TYPE"] = "multipart/form-data; boundary=b"
        assert visitor.client.post("/pass-on", environ_overrides=environ, headers=OURS).status_code == 400
    form = {"csrf_token": visitor.token("/home"), "file": (BytesIO(b"x"), "x.txt")}
    assert visitor.client.post("/pass-on", data=form, headers=OURS).status_code == 200

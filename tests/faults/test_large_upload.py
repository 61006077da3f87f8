"""200 MB through the running gateway into documents: whole, in flat memory, and nothing left of what broke off."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from sqlalchemy import create_engine, func, select

from deploy.smoke import Smoke
from deploy.visitor import until
from services.documents.library.models import Document
from services.documents.uploads.models import Upload
from tests.running import Running

MEGABYTE = 1024 * 1024
MEGABYTES, MOST_GROWTH = 200, 40 * MEGABYTE
WATCHED = ("gateway", "documents")
PIECE = os.urandom(MEGABYTE)
FIRST = b"%PDF-1.7\n" + PIECE[9:]

pytestmark = [pytest.mark.stack, pytest.mark.embedded, pytest.mark.timeout(600)]


@dataclass
class Sender:
    """Staff with a session, a client's account, and the installation behind them."""

    atrio: Running
    job: Smoke
    token: str

    def open(self, path: str, headers: Mapping[str, str]) -> HTTPConnection:
        """Begin a POST with the session's cookies, as one of the pages would."""
        jar = self.job.staff.session.cookies
        connection = HTTPConnection(urlsplit(self.atrio.url).netloc, timeout=300)
        connection.putrequest("POST", path)
        proof = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in jar), "Origin": self.atrio.url}
        for name, value in (proof | dict(headers)).items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection

    def by_api(self, name: str) -> HTTPConnection:
        """Begin to send 200 MB to the API, as they are."""
        path = f"/admin/api/documents/v1/accounts/{self.job.account_id}/documents?name={name}"
        sizes = {"Content-Length": str(MEGABYTES * MEGABYTE), "Content-Type": "application/pdf"}
        return self.open(path, {"X-CSRF-Token": self.token} | sizes)

    def by_form(self, name: str) -> tuple[HTTPConnection, bytes]:
        """Begin to send 200 MB by the form of the client's page; return what comes after them, too."""
        head = (
            f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
            f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        tail = b"\r\n--b--\r\n"
        length = str(len(head) + MEGABYTES * MEGABYTE + len(tail))
        headers = {"Content-Length": length, "Content-Type": "multipart/form-data; boundary=b"}
        connection = self.open(f"/admin/clients/{self.job.account_id}/documents", headers)
        connection.send(head)
        return connection, tail

    def listed(self, name: str) -> list[dict[str, str]]:
        """Return the documents of that name."""
        found = self.job.staff.json(f"/admin/api/documents/v1/documents?account_id={self.job.account_id}&q={name}")
        rows: list[dict[str, str]] = found["items"]  # type: ignore[assignment]
        return rows

    def stored(self) -> tuple[int, int, set[Path]]:
        """Return how many documents and unfinished uploads have a row, and the files."""
        named = self.atrio.environment.get("ATRIO_DOCUMENTS_DATABASE_URL")
        engine = create_engine(named or f"sqlite:///{self.atrio.data}/documents.db")
        with engine.connect() as connection:
            rows = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (Document, Upload)]
        engine.dispose()
        files = {path for path in (self.atrio.data / "files" / "documents").rglob("*") if path.is_file()}
        return rows[0], rows[1], files


@pytest.fixture(scope="module")
def sender(atrio: Running) -> Sender:
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    page = job.staff.open(f"/admin/clients/{job.account_id}?tab=documents")
    return Sender(atrio, job, page.csrf_token)


def pieces() -> Iterator[bytes]:
    yield FIRST
    for _ in range(MEGABYTES - 1):
        yield PIECE


def digest() -> str:
    whole = hashlib.sha256()
    for piece in pieces():
        whole.update(piece)
    return whole.hexdigest()


def send_all(connection: HTTPConnection, tail: bytes = b"") -> HTTPResponse:
    for piece in pieces():
        connection.send(piece)
    connection.send(tail)
    return connection.getresponse()


def process_of(atrio: Running, part: str) -> psutil.Process:
    port = atrio.port_of(part)
    [pid] = {
        at.pid for at in psutil.net_connections("tcp") if at.laddr.port == port and at.status == "LISTEN" and at.pid
    }
    return psutil.Process(pid)


def resident(pid: int, name: str) -> int:
    """Return VmRSS or VmHWM (the most since it was last reset) in bytes."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def growth(atrio: Running, work: Callable[[], object]) -> dict[str, int]:
    """Return by how much each watched process grew at its largest while `work` ran."""
    pids = {part: process_of(atrio, part).pid for part in WATCHED}
    for pid in pids.values():
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the high-water mark begins anew (man 5 proc)
    before = {part: resident(pid, "VmRSS") for part, pid in pids.items()}
    work()
    return {part: resident(pid, "VmHWM") - before[part] for part, pid in pids.items()}


def check_flat(grown: Mapping[str, int], what: str) -> None:
    print(what, {part: f"{bytes_ / MEGABYTE:.1f} MB" for part, bytes_ in grown.items()})
    assert all(bytes_ <= MOST_GROWTH for bytes_ in grown.values()), (what, grown)


def download(sender: Sender, document_id: str) -> str:
    whole = hashlib.sha256()
    address = f"{sender.atrio.url}/admin/documents/{document_id}/content"
    with sender.job.staff.session.get(address, stream=True, timeout=300) as answer:
        assert answer.status_code == 200
        for piece in answer.iter_content(MEGABYTE):
            whole.update(piece)
    return whole.hexdigest()


@pytest.mark.feature("S46")
def test_200_mb_by_the_api(sender: Sender) -> None:
    answers: list[HTTPResponse] = []
    grown = growth(sender.atrio, lambda: answers.append(send_all(sender.by_api("by-api.pdf"))))
    assert answers[0].status == 201, answers[0].read()
    check_flat(grown, "up by the API")
    [row] = sender.listed("by-api.pdf")
    assert row["sha256"] == digest()
    check_flat(growth(sender.atrio, lambda: download(sender, row["id"])), "down by the page")


@pytest.mark.feature("S46")
def test_200_mb_by_the_form(sender: Sender) -> None:
    answers: list[HTTPResponse] = []
    grown = growth(sender.atrio, lambda: answers.append(send_all(*sender.by_form("by-form.pdf"))))
    assert answers[0].status == 303, answers[0].read()
    check_flat(grown, "up by the form")
    [row] = sender.listed("by-form.pdf")
    assert download(sender, row["id"]) == digest()


@pytest.mark.parametrize("way", ["api", "form"])
def test_nothing_is_left_of_an_upload_that_breaks_off(sender: Sender, way: str) -> None:
    before = sender.stored()
    connection = sender.by_api("half.pdf") if way == "api" else sender.by_form("half.pdf")[0]
    connection.send(FIRST)
    for _ in range(MEGABYTES // 2):
        connection.send(PIECE)
    until("the upload has begun", lambda: sender.stored()[1] == before[1] + 1)
    assert connection.sock
    connection.sock.close()
    connection.close()
    began = time.monotonic()
    until("nothing is left of it", lambda: sender.stored() == before)
    print(f"nothing is left {time.monotonic() - began:.1f} s after the sender went away by the {way}")
    assert sender.listed("half.pdf") == []

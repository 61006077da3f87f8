"""In a real gunicorn: flat memory, broken-off uploads, kills (P5)."""

import hashlib
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from services.documents.service import SERVICE
from tests.documents.samples import PDF, sha256
from tests.documents.served import Served, serving

MEGABYTE = 1024 * 1024
Serve = Callable[..., AbstractContextManager[Served]]


@pytest.fixture
def serve(databases: Any, tmp_path: Path) -> Serve:
    """A function that serves the documents service on an empty database; settings are given by name."""

    def serve_it(folder: Path = tmp_path, **settings: str) -> AbstractContextManager[Served]:
        return serving(folder, databases.fresh(SERVICE), **settings)

    return serve_it


def pieces(megabytes: int) -> Iterator[bytes]:
    """Yield a PDF of so many megabytes, made while it is sent."""
    yield PDF + bytes(MEGABYTE - len(PDF))
    for number in range(1, megabytes):
        yield number.to_bytes(4, "big") * (MEGABYTE // 4)


def peak_memory(process: psutil.Process) -> int:
    """Return the most memory that a process has had, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


class Sized:
    """A body of known length that is made while it is sent, so that the sender's memory is flat too."""

    def __init__(self, megabytes: int) -> None:
        self._pieces, self._length, self.digest = pieces(megabytes), megabytes * MEGABYTE, hashlib.sha256()

    def __len__(self) -> int:
        return self._length

    def read(self, _size: int = -1) -> bytes:
        piece = next(self._pieces, b"")
        self.digest.update(piece)
        return piece


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_200_megabytes_go_in_and_out_in_flat_memory(serve: Serve, chunked: bool) -> None:
    with serve() as served:
        served.upload(PDF)
        (worker,) = served.workers
        before = peak_memory(worker)
        body = Sized(200)
        answer = served.upload(iter(body.read, b"") if chunked else body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["size"] == 200 * MEGABYTE
        assert answer.json()["sha256"] == body.digest.hexdigest()

        received = hashlib.sha256()
        with served.get(f"/v1/documents/{answer.json()['id']}/content", stream=True) as content:
            for piece in content.iter_content(MEGABYTE):
                received.update(piece)
        assert received.hexdigest() == body.digest.hexdigest()
        assert served.workers == [worker]
        assert peak_memory(worker) - before < 24 * MEGABYTE


def test_a_client_that_hangs_up_leaves_nothing(serve: Serve) -> None:
    with serve() as served:
        with served.raw_upload(5 * MEGABYTE) as connection:
            connection.sendall(PDF + bytes(2 * MEGABYTE))
            connection.shutdown(socket.SHUT_WR)
            assert b" 400 " in connection.recv(65536)
        assert served.stored_files() == []
        with served.raw_upload(5 * MEGABYTE) as connection:
            connection.sendall(PDF + bytes(2 * MEGABYTE))
        _wait_until(lambda: served.stored_files() == [])
        assert served.get("/v1/documents").json()["items"] == []


def test_a_client_that_stands_still_is_left(serve: Serve) -> None:
    with serve(ATRIO_UPLOAD_STALL_SECONDS="0.5") as served, served.raw_upload(MEGABYTE) as connection:
        connection.sendall(PDF)
        started = time.monotonic()
        assert b" 400 " in connection.recv(65536)
        assert time.monotonic() - started < 10
        assert served.stored_files() == []


def test_too_large_is_refused_before_a_byte_is_sent(serve: Serve) -> None:
    with serve(ATRIO_UPLOAD_LIMIT="1000000") as served, served.raw_upload(10**12) as connection:
        answer = connection.recv(65536)
        assert b" 413 " in answer
        assert served.get("/healthz").ok


def test_the_next_request_on_a_connection_is_understood(serve: Serve) -> None:
    """After an upload, whole or refused, nothing of its body is taken for a request; or the connection is closed."""
    with serve() as served, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {served.tokens['staff']}"
        session.mount("http://", HTTPAdapter(max_retries=Retry(3, connect=0, read=3)))  # as every client may
        large = b"MZ" + bytes(3 * MEGABYTE)
        for content, status in ((PDF, 201), (b"MZ" + bytes(1000), 422), (large, 422), (PDF, 201)):
            try:
                answer = session.post(served.url + served.upload_path(), data=content, timeout=30)
            except requests.ConnectionError:
                assert content is large  # hung up on somebody who was still sending
                continue
            assert answer.status_code == status
            assert session.get(served.url + "/v1/documents", timeout=30).status_code == 200


def at_once(served: Served, content: bytes, key: str) -> str | None:
    """Send a file in one call; return the document's id once there is one."""
    answer = served.upload(content, headers={"Idempotency-Key": key})
    return answer.json()["id"] if answer.status_code == 201 else None


def in_pieces(served: Served, content: bytes, key: str) -> str | None:
    """Begin an upload, or go on with it, by one piece; return the document's id once there is one."""
    tus = {"Authorization": f"Bearer {served.tokens['staff']}", "Tus-Resumable": "1.0.0"}
    begun = tus | {"Upload-Length": str(len(content)), "Idempotency-Key": key}
    made = requests.post(f"{served.url}/v1/uploads?account_id={served.account}", headers=begun, timeout=60)
    if made.status_code != 201:
        return None
    place = served.url + made.headers["Location"]
    at = requests.head(place, headers=tus, timeout=60)
    if at.status_code == 200 and "Upload-Document" not in at.headers:
        offset = int(at.headers["Upload-Offset"])
        piece = tus | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        at = requests.patch(place, data=content[offset : offset + 150_000], headers=piece, timeout=60)
    return at.headers.get("Upload-Document")


def test_what_was_answered_201_survives_kills(serve: Serve) -> None:
    """Uploads from several clients while the worker is killed again and again (P5); half of them in pieces.

    20 uploads and 4 kills; `ATRIO_KILLED_UPLOADS=500` sends 500 with 50.
    """
    uploads, done = int(os.environ.get("ATRIO_KILLED_UPLOADS", "20")), 0
    kills = uploads // 10 + (2 if uploads == 20 else 0)
    stored: dict[str, str] = {}
    random_kills = random.Random(5)

    def upload(number: int) -> None:
        content = PDF + number.to_bytes(4, "big") * 100_000
        for _ in range(50):
            try:
                found = (in_pieces if number % 2 else at_once)(served, content, f"k-{number}")
            except requests.RequestException:
                time.sleep(0.1)
                continue
            if found:
                stored[found] = sha256(content)
                return
        raise AssertionError("never stored")

    with serve() as served:
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(upload, number) for number in range(uploads)]
            while not all(future.done() for future in waiting):
                time.sleep(random_kills.uniform(0.1, 0.6))
                if done < kills and len(stored) < uploads * 0.8:
                    for worker in served.workers:
                        worker.kill()
                        done += 1
            for future in waiting:
                future.result()
        assert done >= kills // 2
        assert len(stored) == uploads
        for document_id, digest in stored.items():
            assert sha256(served.get(f"/v1/documents/{document_id}/content").content) == digest
        assert len(served.get("/v1/documents?limit=200").json()["items"]) == min(uploads, 200)


def test_a_disk_without_room_leaves_nothing(serve: Serve, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with serve(ATRIO_FILES_URL=f"file://{disk}", LARGEST_FILE=str(4 * MEGABYTE)) as served:
        answer = served.upload(PDF + bytes(8 * MEGABYTE))
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
        assert [path for path in disk.rglob("*") if path.is_file()] == []
        assert served.get("/v1/documents").json()["items"] == []
        assert served.upload(PDF).status_code == 201, "control"


def _wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to pass")

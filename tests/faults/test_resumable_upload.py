"""A large upload survives kill -9 of the gateway and of documents, and ends with the right bytes (B23).

64 MB here; `ATRIO_LARGE_UPLOAD_MIB=2048` sends what the limit allows.
"""

import hashlib
import io
import os
from collections.abc import Callable

import pytest
import requests
from tusclient.client import TusClient

from deploy.smoke import Smoke
from deploy.visitor import until
from tests.faults.test_large_upload import process_of
from tests.running import Running

MEGABYTE = 1024 * 1024
MEGABYTES = int(os.environ.get("ATRIO_LARGE_UPLOAD_MIB", "64"))
CHUNK = 8 * MEGABYTE if MEGABYTES < 512 else 32 * MEGABYTE
PIECE = os.urandom(MEGABYTE)

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1200)]


class Disturbed(io.RawIOBase):
    """A file that is made while it is read; on the way something happens at some of its bytes."""

    def __init__(self, events: dict[int, Callable[[], None]]) -> None:
        self._events, self._at, self.happened = events, 0, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = MEGABYTES * MEGABYTE + offset if whence == 2 else offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        for place in [place for place in self._events if place <= self._at]:
            self._events.pop(place)()
            self.happened += 1
        piece = b"".join(content(at) for at in range(self._at // MEGABYTE, (self._at + size) // MEGABYTE))
        piece = piece[: MEGABYTES * MEGABYTE - self._at]
        self._at += len(piece)
        return piece


def content(number: int) -> bytes:
    return (b"%PDF-1.7\n" + number.to_bytes(4, "big") + PIECE)[:MEGABYTE]


@pytest.mark.feature("B23")
def test_a_large_upload_survives_kills(atrio: Running) -> None:
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    page = job.staff.open(f"/admin/clients/{job.account_id}?tab=documents")
    cookies = "; ".join(f"{one.name}={one.value}" for one in job.staff.session.cookies)
    headers = {"Cookie": cookies, "Origin": atrio.url, "X-CSRF-Token": page.csrf_token}

    def kill(part: str) -> Callable[[], None]:
        return lambda: process_of(atrio, part).kill()

    whole = MEGABYTES * MEGABYTE
    file = Disturbed({whole // 4: kill("documents"), whole // 2: kill("gateway"), 3 * whole // 4: kill("documents")})
    client = TusClient(f"{atrio.url}/admin/api/documents/v1/uploads?account_id={job.account_id}", headers=headers)
    uploader = client.uploader(
        file_stream=file, chunk_size=CHUNK, metadata={"filename": "large.pdf"}, retries=60, retry_delay=1
    )
    uploader.upload()
    assert file.happened == 3, "control: it was disturbed"

    def found() -> str | None:
        asked = requests.head(uploader.url, headers=headers | {"Tus-Resumable": "1.0.0"}, timeout=120)
        return asked.headers.get("Upload-Document")

    document_id = until("it is a document", found)
    digest = hashlib.sha256()
    for number in range(MEGABYTES):
        digest.update(content(number))
    document = job.staff.json(f"/admin/api/documents/v1/documents/{document_id}")
    assert (document["size"], document["sha256"]) == (whole, digest.hexdigest())

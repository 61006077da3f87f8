"""Uploads from outside, on a running installation: gone on with by a client of tus that is not ours, and done."""

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from tusclient.client import TusClient

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import Visitor, until
from tests.running import Running

pytestmark = pytest.mark.stack

PREFERENCES = "/admin/settings/preferences"
UPLOADS = "/api/documents/v1/uploads"


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def proof(visitor: Visitor) -> dict[str, str]:
    cookies = "; ".join(f"{one.name}={one.value}" for one in visitor.session.cookies)
    return {"Cookie": cookies, "Origin": visitor.url, "X-CSRF-Token": visitor.open("/home").csrf_token}


def sent(job: Smoke, name: str, content: bytes, *, chunk: int = 4000) -> str:
    """Send a file in pieces, break off in the middle, go on with another client, and return the document's id."""
    client = TusClient(job.client.url + UPLOADS, headers=proof(job.client))
    metadata = {"filename": name}
    first = client.uploader(file_stream=io.BytesIO(content), chunk_size=chunk, metadata=metadata, upload_checksum=True)
    first.upload(stop_at=min(chunk, len(content)))
    assert first.url.startswith(job.client.url + UPLOADS)
    after = TusClient(job.client.url + UPLOADS, headers=proof(job.client))
    rest = after.uploader(file_stream=io.BytesIO(content), chunk_size=chunk, url=first.url)
    assert rest.offset == min(chunk, len(content)), "it goes on where it stopped"
    rest.upload()
    told = requests.head(first.url, headers=proof(job.client) | {"Tus-Resumable": "1.0.0"}, timeout=30)
    return told.headers["Upload-Document"]


@contextmanager
def switched(job: Smoke, **switches: bool) -> Iterator[None]:
    def save(values: dict[str, bool]) -> None:
        chosen = {name: "yes" if on else [] for name, on in values.items()}
        job.staff.submit(job.staff.open(PREFERENCES), PREFERENCES, chosen)

    save(switches)
    try:
        yield
    finally:
        save({name: name == "share_documents" for name in switches})


@pytest.mark.feature("S47")
def test_a_client_goes_on_with_an_upload_and_staff_is_told(job: Smoke) -> None:
    name, content = f"Extracto {secrets.token_hex(4)}.pdf", sample_pdf("Extracto") + b"%" + bytes(20_000)
    document_id = sent(job, name, content)
    assert job.client.fetch(f"/documents/{document_id}/content") == content
    job.message(job.who.email, "document uploaded", lambda found: document_id in str(found["text"]))
    assert job.staff.fetch(f"/admin/documents/{document_id}/content") == content
    forged = requests.post(
        job.client.url + UPLOADS,
        headers=proof(job.client) | {"X-CSRF-Token": "x", "Tus-Resumable": "1.0.0", "Upload-Length": "5"},
        timeout=30,
    )
    assert forged.status_code == 403
    with switched(job, share_documents=False):
        until("uploads are off", lambda: _begin(job) == 403)
    until("uploads are on again", lambda: _begin(job) == 201)


def _begin(job: Smoke) -> int:
    headers = proof(job.client) | {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
    return requests.post(job.client.url + UPLOADS, headers=headers, timeout=30).status_code


def _told(job: Smoke, name: str) -> list[object]:
    rows = job.staff.json(f"/admin/api/notifications/v1/mailbox?to={job.who.email}")["items"]
    assert isinstance(rows, list)
    return [row for row in rows if "done uploading" in str(row)]


@pytest.mark.feature("S53")
def test_the_button_tells_the_firm_once(job: Smoke) -> None:
    name = f"Nomina {secrets.token_hex(4)}.pdf"
    sent(job, name, sample_pdf("Nómina"))
    assert not job.client.open("/home").has("Done uploading")
    notices = f"/api/documents/v1/accounts/{job.account_id}/upload-notices"
    refused = requests.post(job.client.url + notices, json={}, headers=proof(job.client), timeout=30)
    assert (refused.status_code, refused.json()["code"]) == (403, "done_uploading_switched_off")
    with switched(job, done_uploading=True):
        until("the button is there", lambda: job.client.open("/home").has("Done uploading"))
        for path in ("/documents", "/more"):
            assert job.client.open(path).has("Done uploading")
        until("the list is there", lambda: job.client.open("/done-uploading").has(name))
        page = job.client.submit(job.client.open("/done-uploading"), "/done-uploading")
        assert page.has("The firm knows that you are done uploading.")
        job.message(job.who.email, "done uploading", lambda found: name in str(found["text"]))
        until("it is on the work list", lambda: job.staff.open("/admin/").has("Done uploading", name))
        activity = f"/admin/api/portal/v1/accounts/{job.account_id}/activity"
        kinds = [row["kind"] for row in job.staff.json(activity)["items"]]  # type: ignore[attr-defined]
        assert kinds.count("upload_notice.given") == 1
        before = len(_told(job, name))
        answer = requests.post(job.client.url + notices, json={}, headers=proof(job.client), timeout=30)
        assert answer.json() == {"told": False, "count": 0}
        assert len(_told(job, name)) == before


@pytest.mark.feature("S54")
def test_the_box_in_the_dialog_tells_the_firm(job: Smoke) -> None:
    assert "done_uploading" not in job.client.open("/documents").form("/documents/upload").names
    with switched(job, done_uploading_checkbox=True):
        until(
            "the box is there",
            lambda: "done_uploading" in job.client.open("/documents").form("/documents/upload").names,
        )
        name = f"IVA {secrets.token_hex(4)}.pdf"
        page = job.client.submit(
            job.client.open("/documents"),
            "/documents/upload",
            {"done_uploading": "yes"},
            files={"file": (name, sample_pdf("IVA"), "application/pdf")},
        )
        assert page.has("The firm knows that you are done uploading.")
        job.message(job.who.email, "done uploading", lambda found: name in str(found["text"]))

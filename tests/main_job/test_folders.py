"""Folders, versions and histories from outside, on a running installation."""

import secrets

import pytest

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import Unexpected
from tests.running import Running

pytestmark = pytest.mark.stack

API = "/admin/api/documents/v1"


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def folder(job: Smoke, name: str, right: str) -> str:
    """Make a folder as staff does, and return its id."""
    new = f"/admin/clients/{job.account_id}/folders/new"
    page = job.staff.submit(job.staff.open(new), new, {"name": name, "owner": right, "member": right})
    return page.url.rpartition("folder=")[2]


def added(job: Smoke, place: str, name: str, content: bytes) -> str:
    """Add a shared document to a folder as staff, and return its id."""
    page = job.staff.open(f"/admin/clients/{job.account_id}?tab=documents&folder={place}")
    action = f"/admin/clients/{job.account_id}/documents"
    page = job.staff.submit(page, action, files={"file": (name, content, "application/pdf")})
    return page.link("/admin/documents/0").split("/")[3]


@pytest.mark.feature("B22")
def test_a_folder_lets_the_client_do_what_it_says(job: Smoke) -> None:
    mark = secrets.token_hex(4)
    private, view, both = (folder(job, f"{right} {mark}", right) for right in ("none", "view", "upload"))
    contents = {place: sample_pdf(place) for place in (private, view, both)}
    ids = {place: added(job, place, f"{place}.pdf", contents[place]) for place in contents}
    top = job.client.open("/documents")
    assert top.has(f"view {mark}", f"upload {mark}")
    assert not top.has(f"none {mark}")
    for place in (view, both):
        assert job.client.open(f"/documents?folder={place}").has(f"{place}.pdf")
        assert job.client.fetch(f"/documents/{ids[place]}/content") == contents[place]
    for path in (f"/documents?folder={private}", f"/documents/{ids[private]}", f"/documents/{ids[private]}/content"):
        with pytest.raises(Unexpected):
            job.client.open(path)
    with pytest.raises(Unexpected):
        job.client.open(f"/documents?folder={view}").form("/documents/upload")
    page = job.client.open(f"/documents?folder={both}")
    name = f"Mine {mark}.pdf"
    job.client.submit(page, "/documents/upload", files={"file": (name, contents[both], "application/pdf")})
    assert job.client.open(f"/documents?folder={both}").has(name)
    token = job.client.open("/home").csrf_token
    for place in (view, private):
        path = f"/api/documents/v1/accounts/{job.account_id}/documents?name=x.pdf&folder_id={place}"
        with pytest.raises(Unexpected):
            job.client.send(path, token, contents[view], "application/pdf")


@pytest.mark.feature("B22")
def test_a_document_has_versions_and_a_history(job: Smoke) -> None:
    place = folder(job, f"Versions {secrets.token_hex(4)}", "view")
    first, second = sample_pdf("first"), sample_pdf("second")
    id = added(job, place, "Plan.pdf", first)
    page = job.staff.open(f"/admin/documents/{id}")
    action = f"/admin/documents/{id}/versions"
    page = job.staff.submit(page, action, files={"file": ("Plan new.pdf", second, "application/pdf")})
    assert page.has("Version 2")
    assert job.client.fetch(f"/documents/{id}/content") == second
    assert job.client.fetch(f"/documents/{id}/content?version=1") == first
    job.staff.submit(job.staff.open(f"/admin/documents/{id}"), f"{action}/1/restore")
    assert job.client.fetch(f"/documents/{id}/content") == first
    history = job.staff.open(f"/admin/documents/{id}/history")
    assert history.has("added it", "shared it", "added a version", f"{job.contact_name} opened it")
    assert job.client.open(f"/documents/{id}/history").has("added a version", "opened it")

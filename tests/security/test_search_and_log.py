"""Search and the access log, from outside on a running installation (B13, B14)."""

import secrets

import pytest

from deploy.smoke import Smoke
from deploy.visitor import until
from tests.running import Running

pytestmark = pytest.mark.stack

LOG = "/profile/access-log"


def client_of(atrio: Running) -> Smoke:
    """Return a client of the installation whose owner is signed in."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    return client_of(atrio)


@pytest.mark.feature("B14")
def test_what_one_may_see_is_found_and_a_strangers_is_not(job: Smoke, atrio: Running) -> None:
    mark = secrets.token_hex(4)
    document = job.upload_as_staff(f"Balanço {mark}.pdf", b"%PDF-1.4 balance")
    there = f'href="/documents/{document}"'
    until("the client finds it", lambda: there in job.client.open(f"/search?q=balanco+{mark[:6]}").html)
    assert f"/admin/documents/{document}" in job.staff.open(f"/admin/search/suggestions?q={mark}").html
    assert f"/admin/clients/{job.account_id}" in job.staff.open(f"/admin/search?q={job.account_name[:14]}").html
    stranger = client_of(atrio)
    found = stranger.client.open(f"/search?q={mark}")
    assert "Nothing found" in found.text
    assert document not in found.html


@pytest.mark.feature("B13")
def test_the_client_sees_who_at_the_firm_opened_and_changed_what(job: Smoke) -> None:
    name = f"Acta {secrets.token_hex(4)}.pdf"
    document = job.upload_as_staff(name, b"%PDF-1.4 minutes")
    job.staff.open(f"/admin/clients/{job.account_id}")
    assert "Looked at the client" in job.client.open(f"{LOG}?group=views").text
    assert name not in job.client.open(f"{LOG}?group=documents").text, "the control: nobody has opened it yet"
    path = f"/admin/clients/{job.account_id}/edit"
    job.staff.submit(job.staff.open(path), path, {"phone": "+34 952 555 321"})
    details = job.client.open(f"{LOG}?group=details").text
    assert "Changed the details" in details
    assert "Fields: Phone" in details
    got = job.staff.session.get(f"{job.staff.url}/admin/documents/{document}/content", timeout=30)
    assert got.status_code == 200
    until("the log has it", lambda: name in job.client.open(f"{LOG}?group=documents").text)
    file = job.client.session.get(f"{job.client.url}{LOG}/file", timeout=30)
    assert name in file.text

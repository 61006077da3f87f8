"""Documents from outside, on a running installation: read on the page, approved by either side, several as one zip."""

import io
import zipfile

import pytest

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import until
from tests.running import Running

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


@pytest.mark.feature("B25")
def test_a_document_is_read_and_approved_and_comes_in_a_zip(job: Smoke) -> None:
    ids = [job.upload_as_staff(name, sample_pdf(name)) for name in ("Accounts.pdf", "Budget.pdf")]
    own, firms = f"/documents/{ids[0]}", f"/admin/documents/{ids[0]}"
    job.staff.submit(job.staff.open(f"{firms}/approval"), f"{firms}/approval", {"note": "Please check page 1."})
    until("the question stands on the client's Home", lambda: job.client.open("/home").has("Approve or reject"))
    assert f'href="{own}"' in job.client.open("/home").html
    assert job.client.open(own).has("Please check page 1.")
    assert "Page 1 of" in job.client.open(f"{own}/view").html
    assert job.client.fetch(f"{own}/view/pages/1?width=800")[8:12] == b"WEBP"
    reason = {"reason": "It is last year's."}
    job.client.submit(job.client.open(f"{own}/reject"), f"{own}/decision", reason)
    until("it is on the work list", lambda: f'href="{firms}"' in job.staff.open("/admin/").html)
    assert job.staff.open(firms).has("It is last year")
    assert not job.client.open("/home").has("Approve or reject")
    job.staff.submit(job.staff.open(f"{firms}/approval/undo"), f"{firms}/approval/undo")
    archive = zipfile.ZipFile(io.BytesIO(job.client.fetch(f"/documents/archive?id={ids[0]}&id={ids[1]}")))
    assert sorted(archive.namelist()) == ["Accounts.pdf", "Budget.pdf"]
    assert archive.testzip() is None

"""A client takes all their data with them, and is erased: from outside, through pages and mails (B15)."""

import io
import zipfile

import pytest

from deploy.smoke import Smoke, until
from tests.running import Running

pytestmark = pytest.mark.stack

RULES = "/admin/settings/data"


def shown(job: Smoke, path: str, *words: str) -> bool:
    """Return whether staff's page at `path` says all of this."""
    return job.staff.open(path).has(*words)


@pytest.mark.feature("B15")
def test_a_client_takes_their_data_and_is_erased(atrio: Running) -> None:
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    for step in (job.staff_signs_in, job.staff_adds_client, job.client_accepts, job.client_signs_in_by_password):
        step()
    job.client.submit(job.client.open("/profile/data"), "/profile/data", {})
    until("the archive is ready", lambda: job.client.open("/profile/data").has("Download"))
    page = job.client.open("/profile/data")
    archive = zipfile.ZipFile(io.BytesIO(job.client.fetch(page.link("/archive"))))
    assert archive.testzip() is None
    assert job.email.encode() in archive.read("identity/people.json")
    assert "index.html" in archive.namelist()

    rules = job.staff.open(RULES)
    job.staff.submit(rules, RULES, {"erasure_days": "0", "signed_years": "6"})
    try:
        path = f"/admin/clients/{job.account_id}/data/erase"
        report = job.staff.submit(job.staff.open(path), path, {"name": job.account_name}).path
        assert report.startswith("/admin/erasures/")
        until("the report says that all is erased", lambda: shown(job, report, "Erased", "What is gone"))
        until("no part is waiting", lambda: not shown(job, report, "Being"))
        assert shown(job, report, "Erased client #")
        assert not shown(job, f"/admin/clients/{job.account_id}", job.account_name)
        until("the client is out", lambda: job.client.open("/home").path.startswith("/sign-in"))
    finally:
        job.staff.submit(job.staff.open(RULES), RULES, {"erasure_days": "7", "signed_years": "6"})

"""Two clients of a running installation, each with a document, a request and a session of its own."""

from dataclasses import dataclass

import pytest

from deploy.smoke import Smoke, sample_pdf
from tests.running import Running


@dataclass
class Owner:
    """A client who is signed in, what is theirs, and the staff session that made it."""

    job: Smoke
    document_id: str
    request_id: str

    @property
    def session_cookie(self) -> str:
        """The value of the client's session cookie."""
        return next(cookie.value for cookie in self.job.client.session.cookies if cookie.name == "atrio_client") or ""


@pytest.fixture(scope="session")
def owners(atrio: Running) -> tuple[Owner, Owner]:
    """Two clients who have nothing to do with each other."""
    return _owner(atrio), _owner(atrio)


def _owner(atrio: Running) -> Owner:
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    document = job.upload_as_staff(f"Only for {job.account_name}.pdf", sample_pdf(job.account_name))
    page = job.staff.open(f"/admin/requests/new?account_id={job.account_id}")
    page = job.staff.submit(page, "/admin/requests/new", {"title": f"Ask {job.account_name}", "message": "Please."})
    return Owner(job, document, page.path.rpartition("/")[2])

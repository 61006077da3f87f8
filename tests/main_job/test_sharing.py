"""Links and locks on a running installation. B26 is not marked by it: no part of Atrio tells yet that an invoice is

paid, so that a locked document is opened by staff alone.
"""

import re

import pytest
import requests

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import Unexpected, until
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


def test_somebody_without_an_account_gets_the_document_once(job: Smoke) -> None:
    content = sample_pdf("Balance for the bank")
    id = job.upload_as_staff("Balance.pdf", content)
    token = job.staff.open("/admin/").csrf_token
    made = job.staff.call("POST", f"{API}/documents/{id}/share-links", token, {"most_downloads": 1})
    stranger = requests.Session()
    stranger.trust_env = False
    for _ in range(3):
        page = stranger.get(made["url"])
    assert page.status_code == 200
    assert "Balance.pdf" in page.text
    (csrf,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[:1])
    origin = {"Origin": job.staff.url, "Referer": made["url"]}
    answers = [stranger.post(made["url"], data={"csrf_token": csrf}, headers=origin) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].content == content
    until("staff sees who came", lambda: job.staff.open(f"/admin/share-links/{made['id']}").has("Downloaded"))
    until("the client sees that a link was made", lambda: job.client.open("/profile/access-log").has("Made a link"))


def test_a_locked_document_waits_for_staff(job: Smoke) -> None:
    content = sample_pdf("Annual accounts")
    id = job.upload_as_staff("Accounts.pdf", content)
    form = f"/admin/documents/{id}/lock"
    job.staff.submit(job.staff.open(form), form, {"reference": "2031", "amount": "420.00"})
    assert job.client.open(f"/documents/{id}").has("Locked until paid", "2031")
    with pytest.raises(Unexpected):
        job.client.fetch(f"/documents/{id}/content")
    form = f"/admin/documents/{id}/unlock"
    job.staff.submit(job.staff.open(form), form, {"reason": "Paid in cash"})
    assert job.client.fetch(f"/documents/{id}/content") == content

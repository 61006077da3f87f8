"""Answers by mail, on a running installation: from the mail that a client got to the thread that both sides see."""

import re
import secrets
import time
from email.message import EmailMessage

import pytest
import requests

from deploy.smoke import Smoke
from deploy.visitor import until
from services.notifications.inbound.signature import HEADER, sign
from tests.running import Running

pytestmark = pytest.mark.stack
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def answer_of(job: Smoke, to: str, words: str) -> bytes:
    """Return the client's answer to a mail, with a file and the mail quoted below."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = job.email, to, "Re: the van"
    mail["Message-ID"] = f"<{secrets.token_hex(8)}@mail.example>"
    mail.set_content(f"{words}\n\nOn Tue, Nov 3, 2026 at 10:00 AM the firm <{to}> wrote:\n\n> Shall we?\n")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="quote.pdf")
    return mail.as_bytes()


@pytest.mark.feature("B18")
def test_an_answer_by_mail_lands_in_its_thread_with_its_file(job: Smoke, atrio: Running) -> None:
    title, words = f"The van {secrets.token_hex(4)}", f"Tuesday is fine {secrets.token_hex(4)}"
    values = {"title": title, "text": "Shall we buy it?"}
    thread = job.client.submit(job.client.open("/conversations/new"), "/conversations/new", values).path
    url = f"/admin/api/portal/v1{thread}/messages"
    job.staff.call("POST", url, job.staff.open("/admin/").csrf_token, {"text": "Buy it, below 25,000 km."})
    mail = job.message(job.email, "the firm's answer", lambda found: title in str(found["subject"]))
    found = re.search(r"[^\s<]+@[^\s>]+", str(mail["reply_to"]))
    assert found
    address = found[0]

    def bring(content: bytes, secret: str) -> requests.Response:
        headers = {HEADER: sign(secret, content, int(time.time()))}
        return requests.post(f"{atrio.url}/api/notifications/v1/inbound", data=content, headers=headers, timeout=30)

    secret = atrio.environment["ATRIO_REPLY_SECRET"]
    assert bring(answer_of(job, address, words), "not the secret of it").status_code == 401
    forged = bring(answer_of(job, address.replace("+", "+a"), "Forged words"), secret)
    assert forged.json()["status"] == "unmatched"
    content = answer_of(job, address, words)
    taken = bring(content, secret)
    assert (taken.status_code, taken.json()["status"]) == (202, "received")
    assert bring(content, secret).json()["id"] == taken.json()["id"]
    until("the answer is in the thread", lambda: job.staff.open(f"/admin{thread}").has(words, "quote.pdf"))
    page = job.client.open(thread)
    assert page.has(words, "by e-mail", "quote.pdf")
    assert page.text.count(words) == 1
    assert not page.has("Shall we?", "Forged words")
    assert job.staff.open("/admin/operations/inbound").has("In its thread", "Kept aside")

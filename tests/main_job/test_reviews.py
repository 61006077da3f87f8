"""A client rates the firm, is asked to and answered, and writes it a mail, on a running installation."""

import secrets

import pytest

from deploy.smoke import Smoke, strings
from deploy.visitor import Page, Visitor, until
from tests.running import Running

pytestmark = pytest.mark.stack

PREFERENCES = "/admin/settings/preferences"
BRAND = "/admin/settings/brand"


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff; the firm has a mailbox."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


@pytest.fixture
def mailbox(job: Smoke) -> str:
    """The firm's address, one of this test's own."""
    address = f"office.{secrets.token_hex(4)}@firm.example"
    job.staff.submit(job.staff.open(BRAND), BRAND, {"email": address})
    until("the portal knows the address", lambda: job.client.open("/send-email").has("Mail to"))
    return address


def switch(job: Smoke, on: bool) -> None:
    job.staff.submit(job.staff.open(PREFERENCES), PREFERENCES, {"reviews": "yes" if on else []})


def status(visitor: Visitor, path: str) -> int:
    return visitor.session.get(f"{visitor.url}{path}", timeout=30).status_code


def rating(job: Smoke) -> str:
    """Ask the client for a review and return the address of the link that was mailed."""
    path = f"/admin/clients/{job.account_id}/request-review"
    job.staff.submit(job.staff.open(path), path, {"contact_ids": [job.contact_id]})
    mail = job.message(job.email, "the request for a review", lambda found: "/rate/" in str(found["text"]))
    assert "Click to rate" in str(mail["html"])
    return next(link for link in strings(mail["links"]) if "/rate/" in link and "stars" not in link)


def history(job: Smoke) -> Page:
    return job.staff.open(f"/admin/clients/{job.account_id}")


@pytest.mark.feature("S35", "S36")
def test_a_mail_to_the_firm_arrives_and_its_answer_goes_to_the_client(job: Smoke, mailbox: str) -> None:
    subject = f"A question {secrets.token_hex(4)}"
    page = job.client.open(job.client.open("/home").link("/send-email"))
    assert page.has("Mail to", "Subject", "Message")
    job.client.submit(page, "/send-email", {"subject": subject, "message": "May I deduct the van?"})
    job.client.submit(page, "/send-email", {"subject": subject, "message": "May I deduct the van?"})  # once more
    mail = job.message(mailbox, "what the client wrote", lambda found: found["subject"] == subject)
    assert "May I deduct the van?" in str(mail["text"])
    assert job.email in str(mail["reply_to"])
    assert job.email not in str(mail["from"])
    assert job.client.open("/send-email").text.count(subject) == 1
    assert job.staff.open(history(job).link("/admin/mails/")).has(subject, "May I deduct the van?", job.email)


@pytest.mark.feature("S37", "S38")
def test_a_client_rates_and_staff_finds_it_and_answers(job: Smoke) -> None:
    words = f"Quick and clear {secrets.token_hex(4)}"
    page = job.client.open(job.client.open("/home").link("/review"))
    assert page.has("How would you rate our service?", "Comment")
    assert job.client.submit(page, "/review", {"stars": "4", "comment": words}).has("Thank you", words)
    overview = history(job)
    assert overview.has("rated our service", "4 of 5 stars", words)
    review = job.staff.open(overview.link("/admin/reviews/"))
    assert review.has(words)
    assert job.staff.open("/admin/reviews?stars=4").has(words)
    assert not job.staff.open("/admin/reviews?stars=1").has(words)
    answer = f"Thank you {secrets.token_hex(4)}"
    job.staff.submit(review, "/answer", {"answer": answer})
    job.message(job.email, "the answer", lambda found: answer in str(found["text"]))
    assert job.client.open("/review").has(words, answer)


@pytest.fixture(scope="module")
def other(atrio: Running) -> Smoke:
    """Another client, who has not rated today."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


@pytest.mark.feature("S25", "S39", "S40")
def test_a_request_is_mailed_stands_on_home_and_is_answered_by_its_link_once(other: Smoke) -> None:
    profile = other.staff.open(f"/admin/clients/{other.account_id}?tab=profile")
    assert profile.has("Client details", "Client reviews", "Request review")
    assert not other.client.open("/home").has("asks how you rate our service"), "the control"
    link = rating(other)
    before, _heading, details = other.client.open("/home").text.partition("Account details")
    assert "How would you rate our service?" in before, "in the list of what to do"
    assert "asks how you rate our service" in details[:100]
    path = link.removeprefix(other.client.url)
    try:
        switch(other, False)
        for visitor, page in (
            (other.client, "/review"),
            (Visitor(other.client.url), path),
            (other.staff, "/admin/reviews"),
            (other.staff, f"/admin/clients/{other.account_id}/request-review"),
        ):
            assert status(visitor, page) == 404, page
        assert not other.client.open("/home").has("Rate")
        assert not other.staff.open(f"/admin/clients/{other.account_id}?tab=profile").has("Request review")
        assert not history(other).has("for a review")
        assert status(other.client, "/api/portal/v1/reviews") == 403
    finally:
        switch(other, True)
    stranger = Visitor(other.client.url)
    for _scanner in range(5):
        assert stranger.open(f"{path}?stars=5").has("How would you rate our service?")
    done = stranger.submit(stranger.open(f"{path}?stars=5"), "/rate/", {"comment": "By the link"})
    assert done.has("Thank you for your review")
    assert status(Visitor(other.client.url), path) == 410
    assert history(other).has("5 of 5 stars", "By the link")
    assert not other.client.open("/home").has("asks how you rate our service")

"""“Send email” at the foot of the portal, and the mail as the firm finds it (S35)."""

from typing import Any

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, BRAND, CLIENT, House, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

MAILS, ID = "/portal/v1/mails", "0192a000-0000-7000-8000-000000000b01"


def mail(**more: Any) -> dict[str, Any]:
    """Return a mail as the portal service tells one."""
    return {
        "id": ID,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "by": {"kind": "client", "id": CLIENT["id"], "name": "Ana Acosta"},
        "reply_to": CLIENT["email"],
        "to_email": BRAND["email"],
        "subject": "A question about VAT",
        "message": "May I deduct\nthe <i>van</i>?",
        "sent_at": moment(-2),
        "failed": False,
    } | more


def furnish(house: House) -> None:
    """Let the portal service of `house` have a mail."""
    house.answers |= {
        ("GET", MAILS): lambda _request: {"items": [mail()], "next": None},
        ("POST", MAILS): lambda _request: mail(),
        ("GET", f"{MAILS}/{ID}"): lambda _request: mail(),
    }


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    furnish(house)


def test_the_foot_leads_to_a_mail_with_subject_message_and_send(client: Visitor, house: House) -> None:
    assert 'href="/send-email"' in client.get("/home").text
    page = client.get("/send-email")
    words = text_of(page)
    for word in ("Mail to Marín &amp; Costa", "Subject", "Message", "Send", "A question about VAT"):
        assert word in words
    assert "&lt;i&gt;van&lt;/i&gt;" in page.text
    form = {"subject": "VAT", "message": "The van", "key": "key-of-the-form"}
    answer = client.post("/send-email", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/send-email")
    assert body_of(house, "POST", MAILS) == {"subject": "VAT", "message": "The van"}
    assert house.called("POST", MAILS)[0].headers["Idempotency-Key"] == "key-of-the-form"


def test_what_was_typed_is_kept(client: Visitor, house: House) -> None:
    form = {"subject": "", "message": "A long message", "key": "k"}
    answer = client.post("/send-email", form)
    assert (answer.status_code, house.called("POST", MAILS)) == (422, [])
    assert "Write what it is about." in answer.text
    assert "A long message" in answer.text
    assert 'value="k"' in answer.text


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (problem(429, "too_many_mails"), "You have written many e-mails just now."),
        (problem(409, "no_firm_address"), "The firm has no e-mail address here yet."),
        (
            problem(422, "invalid_input", {"subject": ["This contains a character that cannot be used here."]}),
            "cannot be used here",
        ),
    ],
)
def test_what_the_service_refuses_is_said(client: Visitor, house: House, refused: Any, words: str) -> None:
    house.answers[("POST", MAILS)] = refused
    answer = client.post("/send-email", {"subject": "VAT", "message": "The van", "key": "k"})
    assert answer.status_code == refused.status_code
    assert words in answer.text
    assert "The van" in answer.text


def test_without_an_address_of_the_firm_it_says_how_else(client: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"email": ""}
    page = client.get("/send-email")
    assert "Call +34 952 555 014 instead." in text_of(page)
    assert 'name="message"' not in page.text


def test_one_that_was_not_delivered_says_so_to_both(client: Visitor, staff: Visitor, house: House) -> None:
    house.answers[("GET", MAILS)] = {"items": [mail(failed=True)], "next": None}
    house.answers[("GET", f"{MAILS}/{ID}")] = mail(failed=True)
    assert "Not delivered" in text_of(client.get("/send-email"))
    assert "could not be delivered" in text_of(staff.get(f"/admin/mails/{ID}"))


def test_staff_reads_the_mail(staff: Visitor) -> None:
    words = text_of(staff.get(f"/admin/mails/{ID}"))
    for word in ("A question about VAT", "Ana Acosta", CLIENT["email"], "May I deduct"):
        assert word in words

"""What clients write to the firm by mail from the portal (S35, S36)."""

from typing import Any

import pytest

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.mails import actions
from tests.portal.conftest import Client, errors_of

PATH = "/v1/mails"
BODY = {"subject": "A question about VAT", "message": "Good morning,\n\nmay I deduct the van?"}


@pytest.fixture(autouse=True)
def address(staff: Browser) -> None:
    """The firm has a mailbox."""
    _save(staff, email="office@firm.example")


def _save(staff: Browser, **values: Any) -> None:
    version = staff.get("/v1/settings").json["version"]
    assert staff.put("/v1/settings", json={"version": version, **values}).status_code == 200


def test_what_is_sent_is_kept_told_and_found_by_both_sides(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    made = acosta.browser.post(PATH, json=BODY)
    assert made.status_code == 201, made.json
    (event,) = portal.recorded("portal.mail.sent.v1")
    assert event.data["to_email"] == "office@firm.example"
    assert event.data["reply_to"] == "ana@talleresacosta.example"
    assert (event.data["subject"], event.data["message"]) == (BODY["subject"], BODY["message"])
    (entry,) = [
        entry
        for entry in staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
        if entry["kind"] == "mail.sent"
    ]
    assert (entry["title"], entry["subject"]["id"], entry["by"]["name"]) == (
        BODY["subject"],
        made.json["id"],
        "Ana Acosta",
    )
    path = f"{PATH}/{made.json['id']}"
    for reader in (staff, acosta.browser):
        assert reader.get(path).json["message"] == BODY["message"]
        assert [mail["id"] for mail in reader.get(PATH).json["items"]] == [made.json["id"]]
    assert stranger.browser.get(path).status_code == 404
    assert stranger.browser.get(PATH).json["items"] == []
    colleague = portal.client(acosta.account_id, name="Bruno")
    assert colleague.get(path).status_code == 404, "a mail is its writer's"
    assigned = portal.staff("clients.read", assigned_only=True)
    assert (assigned.get(path).status_code, assigned.get(PATH).json["items"]) == (404, [])


@pytest.mark.parametrize(
    "subject",
    [
        "Hello\r\nBcc: evil@evil.example",
        "Hello\nSubject: another",
        "=?utf-8?q?=0d=0aBcc:evil=40evil.example?=",
        "Hello\u2028Bcc: x",
        "Hello\x00",
        "Hello\x85X: y",
        "\u202etxt.exe",
    ],
)
def test_a_subject_that_tries_to_become_a_header_is_refused(portal: Harness, acosta: Client, subject: str) -> None:
    assert errors_of(acosta.browser.post(PATH, json=BODY | {"subject": subject}))["subject"]
    assert portal.recorded("portal.mail.sent.v1") == []


@pytest.mark.parametrize("body", [{}, {"subject": "x"}, {"subject": "", "message": ""}, {"message": "x" * 4001}])
def test_subject_and_message_are_needed(acosta: Client, body: dict[str, str]) -> None:
    assert errors_of(acosta.browser.post(PATH, json=body))


def test_without_an_address_of_the_firm_nothing_is_kept(portal: Harness, staff: Browser, acosta: Client) -> None:
    _save(staff, email="")
    refused = acosta.browser.post(PATH, json=BODY)
    assert (refused.status_code, refused.json["code"]) == (409, "no_firm_address")
    assert acosta.browser.get(PATH).json["items"] == []


def test_a_key_makes_one_mail_of_a_double_send(portal: Harness, acosta: Client, stranger: Client) -> None:
    key = {"Idempotency-Key": "k-1"}
    first, second = (acosta.browser.post(PATH, json=BODY, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert len(portal.recorded("portal.mail.sent.v1")) == 1
    other = acosta.browser.post(PATH, json=BODY | {"subject": "Another"}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert stranger.browser.post(PATH, json=BODY, headers=key).json["id"] != first.json["id"], "keys are a person's"
    assert acosta.browser.post(PATH, json=BODY, headers={"Idempotency-Key": "a b"}).status_code == 422


def test_a_person_writes_so_many_mails_and_no_more(
    acosta: Client, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "LIMITS", ((actions.LIMITS[0][0], 2), actions.LIMITS[1]))
    codes = [acosta.browser.post(PATH, json=BODY).status_code for _ in range(3)]
    assert codes == [201, 201, 429]
    assert acosta.browser.post(PATH, json=BODY).headers["Retry-After"]
    assert stranger.browser.post(PATH, json=BODY).status_code == 201


def test_one_that_could_not_be_delivered_says_so(portal: Harness, acosta: Client) -> None:
    acosta.browser.post(PATH, json=BODY)
    (event,) = portal.recorded("portal.mail.sent.v1")
    failure = {"kind": "firm_mail", "user_id": None, "reason": "550 no such mailbox"}
    portal.deliver("notifications.message.failed.v1", failure | {"reference": str(new_id())})
    assert not acosta.browser.get(PATH).json["items"][0]["failed"], "the control: another mail"
    portal.deliver("notifications.message.failed.v1", failure | {"reference": str(event.id)})
    assert acosta.browser.get(PATH).json["items"][0]["failed"]


def test_the_list_is_paged(acosta: Client) -> None:
    for number in range(3):
        acosta.browser.post(PATH, json=BODY | {"subject": f"Mail {number}"})
    first = acosta.browser.get(f"{PATH}?limit=2").json
    rest = acosta.browser.get(f"{PATH}?limit=2&cursor={first['next']}").json
    assert [mail["subject"] for mail in first["items"] + rest["items"]] == ["Mail 2", "Mail 1", "Mail 0"]

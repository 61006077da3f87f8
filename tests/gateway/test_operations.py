"""The operations pages: events of every service, messages to people."""

import pytest

from tests.gateway import backstage
from tests.gateway.backstage import DEAD, DELIVERED, FAILED
from tests.gateway.conftest import Visitor
from tests.gateway.house import STAFF_SESSION, House, problem
from tests.gateway.test_admin_clients import text_of

EVENTS, MESSAGES = "/admin/operations", "/admin/operations/messages"


@pytest.fixture(autouse=True)
def services(house: House) -> House:
    return backstage.move_in(house)


def test_each_service_says_how_it_stands_and_one_that_is_down_hides_no_other(staff: Visitor) -> None:
    words = text_of(staff.get(EVENTS))
    assert "Access identity Something was given up 0 0 1" in words
    assert "Documents documents Well 1 0 0" in words
    assert "Signing signing Does not answer – – –" in words


def test_dead_events_of_all_services_stand_there_with_their_reason(staff: Visitor) -> None:
    page = staff.get(EVENTS)
    assert "portal.contact.saved.v1" in page.text
    assert "KeyError: &#39;timezone&#39; &lt;script&gt;" in page.text
    assert f'action="{EVENTS}/events/identity/{DEAD}/replay"' in page.text


def test_a_dead_event_is_replayed_with_one_click(staff: Visitor, house: House) -> None:
    answer = staff.post(f"{EVENTS}/events/identity/{DEAD}/replay", {"path": f"{EVENTS}?service=identity"}, page=EVENTS)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EVENTS}?service=identity")
    assert house.called("POST", f"/identity/v1/events/{DEAD}/replay")
    assert "The event is handled again now." in text_of(staff.get(EVENTS))


def test_an_event_that_somebody_replayed_already_is_no_error(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"/identity/v1/events/{DEAD}/replay")] = problem(409, "not_dead")
    assert staff.post(f"{EVENTS}/events/identity/{DEAD}/replay", page=EVENTS).status_code == 303
    assert "somebody replayed it already" in text_of(staff.get(EVENTS))


def test_the_lists_of_one_service_have_addresses(staff: Visitor) -> None:
    assert "ConnectionRefusedError" in staff.get(f"{EVENTS}?service=documents&list=outbox").text
    assert "Nothing waits" in staff.get(f"{EVENTS}?service=documents&list=inbox").text
    assert staff.get(f"{EVENTS}?service=nobody").status_code == 404
    assert staff.get(f"{EVENTS}?service=portal&list=secrets").status_code == 404


def test_messages_show_state_attempts_and_what_can_be_sent_again(staff: Visitor) -> None:
    page = staff.get(MESSAGES)
    words = text_of(page)
    assert "Ana Acosta ana@talleres-acosta.example E-mail: Invitation Delivered 1" in words
    assert "Came back 550 5.1.1 no such mailbox 2" in words
    assert f'action="{MESSAGES}/{FAILED}/resend"' in page.text
    assert f'action="{MESSAGES}/{DELIVERED}/resend"' not in page.text


def test_messages_are_filtered_by_state_and_channel(staff: Visitor, house: House) -> None:
    staff.get(f"{MESSAGES}?status=permanent_failure&channel=sms&cursor=c")
    asked = dict(house.called("GET", "/notifications/v1/messages")[-1].args)
    assert asked == {"status": "permanent_failure", "channel": "sms", "cursor": "c"}


def test_a_message_shows_each_attempt(staff: Visitor) -> None:
    words = text_of(staff.get(f"{MESSAGES}/{FAILED}"))
    assert "421 try later" in words
    assert "550 5.1.1 no such mailbox" in words
    assert "What a message says is not shown here" in words


def test_a_failed_message_is_sent_again(staff: Visitor, house: House) -> None:
    staff.post(f"{MESSAGES}/{FAILED}/resend", page=MESSAGES)
    assert house.called("POST", f"/notifications/v1/messages/{FAILED}/resend")
    assert "The message to Ana Acosta is sent again." in text_of(staff.get(MESSAGES))


def test_a_message_whose_link_is_over_says_so(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"/notifications/v1/messages/{FAILED}/resend")] = problem(409, "expired")
    assert staff.post(f"{MESSAGES}/{FAILED}/resend", page=MESSAGES).status_code == 303
    assert "no longer valid" in text_of(staff.get(MESSAGES))


def test_who_may_only_look_sees_no_buttons(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["operations.read", "clients.read"]
    assert "/replay" not in staff.get(EVENTS).text
    assert "/resend" not in staff.get(MESSAGES).text
    assert staff.post(f"{EVENTS}/events/identity/{DEAD}/replay", page=EVENTS).status_code == 403


def test_mails_that_came_in_stand_there_with_what_became_of_them(staff: Visitor) -> None:
    words = text_of(staff.get(f"{EVENTS}/inbound"))
    assert "In its thread Left out: nómina.exe" in words
    assert "Kept aside It came from an address that is not the person's. The person was told." in words
    assert "Kept aside Its address for answers is not one of the portal's." in words


def test_a_state_of_mails_that_does_not_exist_is_not_found(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/notifications/v1/inbound-mails")] = problem(422, "invalid")
    assert staff.get(f"{EVENTS}/inbound?status=nothing").status_code == 404


def test_a_captured_mail_is_answered_in_the_mailbox_for_trying_out(staff: Visitor, house: House) -> None:
    answer = staff.post("/dev/mailbox/m1/reply", {"text": "De acuerdo."}, page="/dev/mailbox/m1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dev/mailbox/m1")
    assert "Your answer was sent. In a moment it stands in the portal." in text_of(staff.get("/dev/mailbox/m1"))
    refused = {"id": "m9", "status": "refused", "reason": "expired"}
    house.answers[("POST", "/notifications/v1/mailbox/m1/reply")] = refused
    staff.post("/dev/mailbox/m1/reply", {"text": "x"}, page="/dev/mailbox/m1")
    assert "it was not taken: expired" in text_of(staff.get("/dev/mailbox/m1"))

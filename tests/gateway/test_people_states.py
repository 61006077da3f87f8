"""The state of each person's access (B10, S9): what staff sees of it, and what the person is told."""

from html import unescape
from typing import Any

import orjson
import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.directory import JOAQUIM, MARTA, USER, account, contact, move_in
from tests.gateway.house import ACCOUNT, House, moment, work
from tests.gateway.test_admin_clients import RECORD, text_of

PEOPLE = f"{RECORD}?tab=profile"
FAILURE = {"kind": "invitation", "channel": "email", "reason": "550 no such mailbox", "at": moment(-5)}


@pytest.fixture(autouse=True)
def directory(house: House) -> House:
    return move_in(house)


def with_people(house: House, *people: dict[str, Any]) -> None:
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(contacts=list(people))


@pytest.mark.parametrize(("hours", "words"), [(-1, "invitation expired"), (24.5, "expires tomorrow")])
def test_an_invitation_says_until_when_it_works(staff: Visitor, house: House, hours: float, words: str) -> None:
    with_people(house, contact(JOAQUIM, "Joaquim Ribeiro", "invited", invitation_expires_at=moment(hours)))
    assert words in text_of(staff.get(PEOPLE))
    assert words in text_of(staff.get(f"{RECORD}/invite"))


def test_what_did_not_arrive_is_named_with_its_reason(staff: Visitor, house: House) -> None:
    with_people(house, contact(MARTA, "Marta Gil", "undeliverable", delivery_failure=FAILURE))
    said = "The invitation did not arrive by e-mail: 550 no such mailbox"
    assert said in text_of(staff.get(PEOPLE))
    assert said in text_of(staff.get(f"{RECORD}/invite"))


@pytest.mark.parametrize(
    ("failed", "other", "word"), [("email", "sms", "Send by SMS"), ("sms", "email", "Send by e-mail")]
)
def test_one_click_sends_it_the_other_way(staff: Visitor, house: House, failed: str, other: str, word: str) -> None:
    failure = FAILURE | {"channel": failed}
    marta = contact(MARTA, "Marta Gil", "undeliverable", delivery_failure=failure, mobile="+34612345678")
    with_people(house, marta)
    path = f"{RECORD}/contacts/{MARTA}/invitation"
    assert f'formaction="{path}"' in staff.get(f"{RECORD}/invite").text
    assert word in text_of(staff.get(PEOPLE))
    assert staff.post(path, {"channel": other}, page=PEOPLE).status_code == 303
    [call] = house.called("POST", f"/identity/v1/users/{USER}/invitations")
    assert call.get_json() == {"channel": other}


def test_without_a_mobile_number_there_is_no_other_way(staff: Visitor, house: House) -> None:
    with_people(house, contact(MARTA, "Marta Gil", "undeliverable", delivery_failure=FAILURE))
    assert "Send by SMS" not in staff.get(PEOPLE).text


def test_an_invitation_is_withdrawn_after_a_question(staff: Visitor, house: House) -> None:
    path = f"{RECORD}/contacts/{JOAQUIM}/withdraw"
    house.answers[("DELETE", f"/portal/v1/contacts/{JOAQUIM}/access")] = contact(JOAQUIM, "Joaquim", "not_invited")
    assert f'href="{path}" data-dialog' in staff.get(PEOPLE).text
    assert "Withdraw the access of Joaquim Ribeiro?" in text_of(staff.get(path))
    answer = staff.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, PEOPLE)
    assert house.called("DELETE", f"/portal/v1/contacts/{JOAQUIM}/access")


def test_the_work_list_says_why_and_leads_to_the_people(staff: Visitor, house: House) -> None:
    lines = work()
    lines["items"][3]["reason"] = "550 no such mailbox"
    house.answers[("GET", "/portal/v1/work")] = lines
    page = staff.get("/admin/")
    assert "Pilar Soto 550 no such mailbox" in text_of(page)
    assert f'href="/admin/clients/{ACCOUNT}?tab=profile" class="row-link"' in page.text


def test_a_test_client_is_marked_wherever_it_stands(staff: Visitor, house: House) -> None:
    frame = {"kind": "staff", "brand": {}, "switches": {}, "counts": {}, "action_buttons": [], "accounts": []}
    for tests, marked in (([], False), ([ACCOUNT], True)):
        house.answers[("GET", "/portal/v1/shell")] = frame | {"test_accounts": tests}
        staff = Visitor(house.gateway(), atrio_staff="staff-session-token")
        for path in ("/admin/", "/admin/requests"):
            assert ('icon-flask"' in staff.get(path).text or ">Test<" in staff.get(path).text) == marked, path


REFUSALS = {
    "access_not_started": "Your access starts on 12 March 2027. Until then, ask",
    "access_ended": "Your access ended on 12 March 2027. Ask",
    "access_suspended": "Your access is suspended. Ask",
    "no_access": "You have no access to the portal at the moment. Ask",
}


@pytest.mark.parametrize("code", REFUSALS)
def test_who_is_refused_is_told_why_and_whom_to_ask(anybody: Visitor, house: House, code: str) -> None:
    body = {"title": "No", "status": 403, "code": code, "on": "2027-03-12"}
    refused = Response(orjson.dumps(body), 403, content_type="application/problem+json")
    house.answers[("POST", "/identity/v1/sign-in/password")] = refused
    page = anybody.post("/sign-in/password", {"email": "ana@example.com", "password": "right"})
    assert page.status_code == 422
    whom = "Marín & Costa (+34 952 555 014, hola@marin-costa.example)."
    assert f"{REFUSALS[code]} {whom}" in unescape(text_of(page))


@pytest.mark.parametrize(("language", "day"), [("es", "12 de marzo de 2027"), ("pt", "12 de março de 2027")])
def test_the_day_stands_in_words_of_the_language(anybody: Visitor, house: House, language: str, day: str) -> None:
    body = {"title": "No", "status": 403, "code": "access_ended", "on": "2027-03-12"}
    refused = Response(orjson.dumps(body), 403, content_type="application/problem+json")
    house.answers[("POST", "/identity/v1/sign-in/password")] = refused
    anybody.client.set_cookie("atrio_language", language)
    page = anybody.post("/sign-in/password", {"email": "ana@example.com", "password": "right"})
    assert day in text_of(page)
    assert "Marín & Costa (+34 952 555 014" in unescape(text_of(page))


def test_who_has_a_way_in_is_not_refused(anybody: Visitor) -> None:
    assert anybody.post("/sign-in/password", {"email": "a@example.com", "password": "right"}).status_code == 303

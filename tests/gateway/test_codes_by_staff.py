"""Staff has a sign-in code that did not arrive sent the other way (B10)."""

from typing import Any

import orjson
import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, MARTA, PILAR, USER, account, contact, move_in
from tests.gateway.house import ACCOUNT, House, moment, problem
from tests.gateway.test_admin_clients import RECORD, text_of

PEOPLE = f"{RECORD}?tab=profile"
PATH = f"{RECORD}/contacts/{ANA}/code"
CALL = ("POST", f"/identity/v1/users/{USER}/code")
FAILURE = {"kind": "sign_in_code", "channel": "sms", "reason": "unknown number", "at": moment(-1)}


@pytest.fixture(autouse=True)
def directory(house: House) -> House:
    return move_in(house)


def with_ana(house: House, **values: Any) -> None:
    ana = contact(ANA, "Ana Acosta", "active", **({"mobile": "+34612345678"} | values))
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(contacts=[ana])


def answers(house: House, **values: Any) -> None:
    house.answers[CALL] = {"channel": "email", "sent": True, "lasting": False} | values


def test_the_persons_menu_leads_to_it(staff: Visitor, house: House) -> None:
    page = staff.get(PEOPLE)
    assert f'href="{PATH}" data-dialog' in page.text
    for other in (PILAR, MARTA):
        assert f"{other}/code" not in page.text, "who has no access yet gets no codes"
    dialog = staff.get(PATH)
    assert "Only the person sees it" in text_of(dialog)
    assert "+34 612 34 56 78" in text_of(dialog)


@pytest.mark.parametrize(("failed", "other", "word"), [("email", "sms", "SMS"), ("sms", "email", "e-mail")])
def test_what_did_not_arrive_offers_the_other_way(
    staff: Visitor, house: House, failed: str, other: str, word: str
) -> None:
    with_ana(house, delivery_failure=FAILURE | {"channel": failed})
    answers(house, channel=other, lasting=True)
    assert f"Send code by {word}" in text_of(staff.get(PEOPLE))
    dialog = staff.get(PATH)
    assert f'value="{other}" checked' in dialog.text
    assert "unknown number" in text_of(dialog)
    done = staff.post(PATH, {"channel": other})
    assert (done.status_code, done.headers["Location"]) == (303, PEOPLE)
    [call] = house.called(*CALL)
    assert call.get_json() == {"channel": other}
    said = text_of(staff.get(PEOPLE))
    assert f"A new code is on its way to Ana Acosta by {word}." in said
    assert f"From now on the codes of Ana Acosta go by {word}." in said


def test_who_is_not_waiting_is_to_be_asked_to_sign_in(staff: Visitor, house: House) -> None:
    answers(house, sent=False, lasting=True)
    staff.post(PATH, {"channel": "email"})
    said = text_of(staff.get(PEOPLE))
    assert "Nobody waits for one at the moment: ask them to sign in again." in said
    assert "on its way" not in said


def test_what_staff_decided_stands_there_and_is_offered_no_more(staff: Visitor, house: House) -> None:
    with_ana(house, delivery_failure=FAILURE | {"instead": "email"})
    page = text_of(staff.get(PEOPLE))
    assert "codes go by e-mail now" in page
    assert "Send code by" not in page


def test_without_a_mobile_number_there_is_one_way(staff: Visitor, house: House) -> None:
    with_ana(house, mobile=None, delivery_failure=FAILURE | {"channel": "email"})
    assert "Send code by SMS" not in staff.get(PEOPLE).text
    dialog = staff.get(PATH)
    assert 'value="sms"' not in dialog.text
    assert "There is no mobile number on file" in text_of(dialog)


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("no_code_awaited", 409, "Nobody waits for a code. Ask the person to sign in"),
        ("no_mobile", 409, "This person has no mobile number."),
        ("not_active", 409, "This person cannot sign in at the moment"),
    ],
)
def test_a_refusal_stands_in_the_dialog_with_the_choice_kept(
    staff: Visitor, house: House, code: str, status: int, words: str
) -> None:
    house.answers[CALL] = problem(status, code)
    page = staff.post(PATH, {"channel": "sms"})
    assert page.status_code == 422
    assert words in text_of(page)
    assert 'value="sms" checked' in page.text


@pytest.mark.parametrize(("seconds", "words"), [(12, "Wait a minute"), (601, "Wait 11 minutes")])
def test_too_many_says_how_long_to_wait(staff: Visitor, house: House, seconds: int, words: str) -> None:
    body = {"title": "Too many", "status": 429, "code": "too_many_attempts"}
    refused = Response(orjson.dumps(body), 429, {"Retry-After": str(seconds)}, content_type="application/problem+json")
    house.answers[CALL] = refused
    page = staff.post(PATH, {"channel": "email"})
    assert (page.status_code, words in text_of(page)) == (422, True)


def test_another_way_there_is_none(staff: Visitor, house: House) -> None:
    assert staff.post(PATH, {"channel": "pigeon"}).status_code == 422
    assert not house.called(*CALL)

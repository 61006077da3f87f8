"""A client confirms the number that a client wrote: from then on codes go there (B1; threats 3 to 5, 21)."""

from typing import Any

import pytest

from services.chassis.auth import PROOF_SECONDS
from tests.identity.factors import person
from tests.identity.house import House, wrong

NUMBER = "+34612345678"
BY_CLIENT = {"kind": "client", "id": "0193a1b0-0000-7000-8000-0000000000d9", "name": "Bruno Acosta"}


@pytest.fixture
def session(house: House) -> str:
    """The session of a client whose number nobody of the firm wrote."""
    house.activate(mobile=NUMBER, saved_by=BY_CLIENT)
    return house.sign_in()


def ask(house: House, session: str) -> Any:
    return person(house, session).post("/v1/me/mobile/code")


def give(house: House, session: str, code: str) -> Any:
    return person(house, session).post("/v1/me/mobile/confirm", json={"code": code})


def sent(house: House) -> tuple[str, str]:
    """Return channel and address of the code that was sent last."""
    told = house.recorded("identity.code.issued.v1")[-1]
    return told["channel"], told["to"]


def test_codes_go_to_the_number_once_it_is_confirmed(house: House, session: str, later: Any) -> None:
    house.flow()
    assert sent(house)[0] == "email"
    own = person(house, session).get("/v1/me/security").json
    assert own["mobile"] == {"number": NUMBER, "verified": False}
    answer = ask(house, session)
    assert (answer.status_code, answer.json) == (202, {"expires_in": 600, "resend_after": 60})
    assert sent(house) == ("sms", NUMBER)
    assert give(house, session, house.last_code()).status_code == 204
    assert person(house, session).get("/v1/me/security").json["mobile"]["verified"] is True
    assert house.users()[-1]["mobile_verified"] is True
    changed = house.recorded("identity.credential.changed.v1")[-1]
    assert (changed["credential"], changed["change"]) == ("mobile", "set")
    later(minutes=2)
    house.flow()
    assert sent(house) == ("sms", NUMBER)
    for refused in (ask(house, session), give(house, session, "123456")):
        assert (refused.status_code, refused.json["code"]) == (409, "mobile_confirmed")


def test_a_code_counts_ten_minutes_five_tries_and_once(house: House, session: str, later: Any) -> None:
    ask(house, session)
    code = house.last_code()
    for _ in range(5):
        refused = give(house, session, wrong(code))
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["code"])
    assert give(house, session, code).status_code == 422
    later(minutes=2)
    ask(house, session)
    code = house.last_code()
    later(minutes=10, seconds=1)
    assert give(house, session, code).status_code == 422
    ask(house, session)
    assert give(house, session, house.last_code()).status_code == 204


def test_a_minute_lies_between_two_codes_and_three_are_sent_in_a_quarter(
    house: House, session: str, later: Any
) -> None:
    assert ask(house, session).status_code == 202
    refused = ask(house, session)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")
    assert 55 <= int(refused.headers["Retry-After"]) <= 60
    for _ in range(2):
        later(seconds=61)
        assert ask(house, session).status_code == 202
    later(seconds=61)
    assert int(ask(house, session).headers["Retry-After"]) > 60


def test_several_people_do_not_bomb_one_number(house: House, session: str) -> None:
    assert ask(house, session).status_code == 202
    house.activate(email="bruno@example.com", mobile=NUMBER, saved_by=BY_CLIENT)
    other = house.sign_in(email="bruno@example.com")
    assert ask(house, other).status_code == 429


def test_the_code_does_nothing_else(house: House, session: str, later: Any) -> None:
    flow = house.flow()
    ask(house, session)
    code = house.last_code()
    assert house.give_code(flow, code).status_code == 401
    proof = person(house, session).post("/v1/me/proof", json={"method": "code", "code": code})
    assert proof.status_code == 422
    assert give(house, session, code).status_code == 204, "the control: it was the right one"


def test_a_code_confirms_the_number_it_was_sent_to_and_no_other(house: House) -> None:
    contact = house.activate(mobile=NUMBER, saved_by=BY_CLIENT)
    session = house.sign_in()
    ask(house, session)
    code = house.last_code()
    house.save_again(contact, mobile="+34612345679", saved_by=BY_CLIENT)
    assert give(house, session, code).status_code == 422
    house.save_again(contact, mobile=NUMBER, saved_by=BY_CLIENT, version=9)
    assert give(house, session, code).status_code == 204, "the control"


def test_it_wants_a_fresh_proof_and_a_number(house: House, session: str, later: Any) -> None:
    house.activate(email="none@example.com")
    without = house.sign_in(email="none@example.com")
    assert ask(house, without).json["code"] == "no_own_mobile"
    later(seconds=PROOF_SECONDS + 1)
    for refused in (ask(house, session), give(house, session, "123456")):
        assert (refused.status_code, refused.json["code"]) == (403, "proof_required")

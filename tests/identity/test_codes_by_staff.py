"""Staff has a code that did not arrive sent by the other channel, and never sees it (B10; threats 19, 21)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from services.identity.sign_in import by_staff
from tests.identity.house import AWAY, House, wrong
from tests.identity.test_undeliverable import MOBILE, tell, user

Later = Callable[..., datetime]


def redirect(house: House, channel: str = "email", **who: Any) -> Any:
    """Have the code of the first user sent by `channel`."""
    path = f"/v1/users/{house.users()[0]['id']}/code"
    return house.harness.staff("clients.write", **who).post(path, json={"channel": channel})


def sent(house: House) -> list[tuple[str, str]]:
    """Return how and where codes went, in order."""
    return [(data["channel"], data["to"]) for data in house.recorded("identity.code.issued.v1")]


def fail(house: House, channel: str) -> None:
    tell(house, "failed", channel=channel, kind="sign_in_code", user_id=str(house.users()[0]["id"]))


def test_the_code_goes_the_other_way_and_counts_where_it_was_asked_for(house: House) -> None:
    house.activate(mobile=MOBILE)
    elsewhere = house.flow(client=AWAY, prefer="email")
    flow = house.flow()
    lost = house.last_code()
    answer = redirect(house)
    assert (answer.status_code, answer.json) == (202, {"channel": "email", "sent": True, "lasting": False})
    assert sent(house)[1:] == [("sms", MOBILE), ("email", "ana@example.com")]
    assert house.last_code() not in answer.text
    if lost != house.last_code():
        assert house.give_code(flow, lost).json["code"] == "wrong_code", "the one before counts no more"
    assert house.give_code(elsewhere, house.last_code(), AWAY).json["code"] == "wrong_code", "threat 19"
    assert house.give_code(flow, house.last_code()).status_code == 200


def test_it_is_told_who_did_it_and_to_whom_without_the_code(house: House) -> None:
    house.activate(mobile=MOBILE)
    house.flow()
    redirect(house)
    (told,) = house.recorded("identity.code.redirected.v1")
    assert (told["name"], told["channel"], told["sent"], told["by"]["kind"]) == ("Ana Acosta", "email", True, "staff")
    assert house.last_code() not in str(told)


def test_later_codes_go_there_too_where_the_other_channel_fails(house: House) -> None:
    house.activate(mobile=MOBILE)
    house.flow()
    fail(house, "sms")
    assert redirect(house).json == {"channel": "email", "sent": True, "lasting": True}
    assert user(house)["delivery_failure"]["instead"] == "email"
    house.flow(email="ana@example.com", client=AWAY, prefer="email")
    fail(house, "sms")
    assert user(house)["delivery_failure"]["instead"] == "email", "one more of the same changes nothing"


def test_nobody_need_wait_for_one_then(house: House, later: Later) -> None:
    house.activate(mobile=MOBILE)
    house.flow()
    fail(house, "sms")
    later(minutes=11)
    assert redirect(house).json == {"channel": "email", "sent": False, "lasting": True}
    assert len(sent(house)) == 1
    house.flow()
    assert sent(house)[-1] == ("email", "ana@example.com"), "by SMS were it not for staff"
    assert redirect(house, "sms").json == {"channel": "sms", "sent": True, "lasting": True}
    assert "instead" not in user(house)["delivery_failure"], "taken back"
    later(minutes=11)
    house.flow()
    assert sent(house)[-1] == ("sms", MOBILE)


def test_a_failure_of_the_other_channel_is_noted_anew(house: House) -> None:
    house.activate(mobile=MOBILE)
    house.flow()
    fail(house, "sms")
    redirect(house)
    fail(house, "email")
    noted = user(house)["delivery_failure"]
    assert (noted["channel"], noted.get("instead")) == ("email", None)


def test_a_new_number_ends_it(house: House) -> None:
    contact = house.activate(mobile=MOBILE)
    fail(house, "sms")
    redirect(house)
    house.save_again(contact, mobile="+34600111333")
    house.flow()
    assert sent(house)[-1] == ("sms", "+34600111333")


def test_what_cannot_be_sent_is_refused(house: House, later: Later) -> None:
    contact = house.save_contact()
    assert redirect(house).json["code"] == "not_active"
    house.accept(house.invitation_tokens()[-1])
    assert redirect(house).json["code"] == "no_code_awaited"
    flow = house.flow()
    assert redirect(house, "sms").json["code"] == "no_mobile"
    assert redirect(house, "pigeon").status_code == 422
    house.save_again(contact, mobile=MOBILE, saved_by={"kind": "client", "id": contact["id"], "name": "Ana"})
    assert redirect(house, "sms").json["code"] == "no_mobile", "a number that a client wrote"
    assert house.give_code(flow, house.last_code()).status_code == 200
    assert redirect(house).json["code"] == "no_code_awaited", "used"
    later(minutes=2)
    house.flow()
    later(minutes=11)
    assert redirect(house).json["code"] == "no_code_awaited", "over"
    assert house.recorded("identity.code.redirected.v1") == []


def test_it_lives_ten_minutes_and_tries_count_on(house: House, later: Later) -> None:
    house.activate(mobile=MOBILE)
    flow = house.flow()
    for _ in range(3):
        house.give_code(flow, wrong(house.last_code()))
    later(minutes=9)
    redirect(house)
    later(minutes=9)
    assert house.give_code(flow, wrong(house.last_code())).json["tries_left"] == 1
    later(minutes=1)
    assert house.give_code(flow, house.last_code()).json["code"] == "code_expired"


def test_after_five_wrong_ones_there_is_no_other(house: House) -> None:
    house.activate(mobile=MOBILE)
    flow = house.flow()
    for _ in range(5):
        house.give_code(flow, wrong(house.last_code()))
    assert redirect(house).json["code"] == "no_code_awaited"


def test_three_in_a_quarter_of_an_hour_a_minute_apart(house: House, later: Later) -> None:
    house.activate(mobile=MOBILE)
    house.flow()
    for _ in range(3):
        assert redirect(house).status_code == 202
        soon = redirect(house, "sms")
        assert (soon.status_code, soon.json["code"]) == (429, "too_many_attempts")
        assert 0 < int(soon.headers["Retry-After"]) <= 60
        later(seconds=61)
    house.flow(prefer="email")
    before = len(sent(house))
    assert redirect(house, "sms").status_code == 429
    assert len(sent(house)) == before
    later(minutes=15)
    house.flow(prefer="email")
    assert redirect(house, "sms").status_code == 202, "control"


def test_the_persons_own_codes_do_not_use_it_up(house: House, later: Later) -> None:
    house.activate(mobile=MOBILE)
    for _ in range(3):
        house.flow()
        later(seconds=61)
    assert house.start().status_code == 429
    assert redirect(house).status_code == 202


def test_a_control_without_the_throttle_sends_on(house: House, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_staff, "_may_send", lambda *_given: 0)
    house.activate(mobile=MOBILE)
    house.flow()
    assert [redirect(house).status_code for _ in range(6)] == [202] * 6


def test_only_those_who_manage_that_client(house: House) -> None:
    house.activate(mobile=MOBILE)
    house.flow()
    path = f"/v1/users/{house.users()[0]['id']}/code"
    assert house.harness.staff("clients.read").post(path, json={"channel": "email"}).status_code == 403
    assert redirect(house, assigned_only=True).status_code == 404
    assert redirect(house).status_code == 202, "control"


def test_a_code_for_a_proof_too(house: House) -> None:
    house.activate(mobile=MOBILE)
    me = house.harness.with_token(house.exchange(house.sign_in()).json["passport"])
    assert me.post("/v1/me/proof/code", json={"prefer": "sms"}).status_code < 300
    assert redirect(house).json["sent"] is True
    proved = me.post("/v1/me/proof", json={"method": "code", "code": house.last_code()})
    assert proved.status_code < 300, proved.text

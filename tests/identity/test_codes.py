"""One-time codes: channel, life, tries, and what an attacker cannot reset (S12, B1; threats 3-5, 19, 21)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from services.chassis import clock
from services.identity.service import SERVICE
from services.identity.sign_in import actions, queries, throttle
from services.identity.sign_in.models import SignInFlow
from services.identity.users.models import User
from tests.identity.house import AWAY, HOME, House, wrong


def test_a_code_goes_by_sms_where_a_mobile_is_on_file(house: House) -> None:
    house.activate(mobile="+34600111222")
    flow = house.flow()
    (issued,) = house.recorded("identity.code.issued.v1")
    assert (issued["channel"], issued["to"], issued["locale"]) == ("sms", "+34600111222", "es")
    answer = house.give_code(flow, house.last_code())
    assert answer.status_code == 200
    signed_in = house.recorded("identity.user.signed_in.v1")[-1]
    assert (signed_in["method"], signed_in["ip"]) == ("code", HOME["ip"])
    assert house.exchange(answer.json["session"]).status_code == 200


def test_it_goes_by_mail_without_a_mobile_or_when_asked(house: House) -> None:
    house.activate(email="bea@example.com", mobile=None)
    house.activate(email="ana@example.com", mobile="+34600111222")
    house.flow("bea@example.com")
    house.flow("ana@example.com", prefer="email")
    issued = house.recorded("identity.code.issued.v1")
    assert [(data["channel"], data["to"]) for data in issued] == [
        ("email", "bea@example.com"),
        ("email", "ana@example.com"),
    ]


def test_the_address_may_be_written_in_capitals_and_the_code_with_spaces(house: House) -> None:
    house.activate()
    flow = house.flow("  ANA@Example.COM ")
    code = house.last_code()
    assert house.give_code(flow, f"{code[:3]} {code[3:]}").status_code == 200


def test_a_code_works_once(house: House) -> None:
    house.activate()
    flow = house.flow()
    assert house.give_code(flow, house.last_code()).status_code == 200
    again = house.give_code(flow, house.last_code())
    assert (again.status_code, again.json["code"]) == (401, "code_expired")


def test_of_fifty_uses_at_once_one_succeeds(house: House) -> None:
    house.activate()
    flow = house.flow()
    code = house.last_code()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: house.give_code(flow, code).status_code, range(50)))
    assert answers.count(200) == 1
    assert answers.count(401) == 49


def test_two_hundred_guesses_at_once_count_five(house: House) -> None:
    house.activate()
    flow = house.flow()
    guess = wrong(house.last_code())
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: house.give_code(flow, guess), range(200)))
    assert [answer.json["code"] for answer in answers].count("wrong_code") == 4
    assert {answer.status_code for answer in answers} == {401}
    with house.harness.database.reading() as session:
        assert session.scalar(select(SignInFlow.tries)) == 5
    late = house.give_code(flow, house.last_code(), AWAY)
    assert late.json["code"] == "code_expired", "the right one comes too late"


def test_control_without_the_count_the_right_code_still_works(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_count_try", lambda session, flow_id: 1)
    house.activate()
    flow = house.flow()
    for _ in range(10):
        house.give_code(flow, wrong(house.last_code()))
    assert house.give_code(flow, house.last_code()).status_code == 200
    assert house.give_code(flow, house.last_code()).status_code == 200, "and twice"


def test_the_fifth_try_may_still_be_right_and_the_answers_say_how_many_are_left(house: House) -> None:
    house.activate()
    flow = house.flow()
    guess = wrong(house.last_code())
    assert [house.give_code(flow, guess).json["tries_left"] for _ in range(4)] == [4, 3, 2, 1]
    assert house.give_code(flow, house.last_code()).status_code == 200


def test_a_code_lives_ten_minutes(house: House, later) -> None:
    house.activate()
    first = house.flow()
    first_code = house.last_code()
    later(minutes=9)
    second = house.flow()
    later(minutes=1, seconds=1)
    assert house.give_code(first, first_code).json["code"] == "code_expired"
    assert house.give_code(second, house.last_code()).status_code == 200


def test_a_code_counts_only_in_the_browser_that_asked_for_it(house: House, later) -> None:
    """An attacker who starts a sign-in with the victim's address and learns a code of the victim's gets nowhere."""
    house.activate()
    attackers = house.flow(client=AWAY)
    later(seconds=61)
    victims = house.flow()
    code = house.last_code()
    assert house.give_code(attackers, code, AWAY).status_code == 401
    assert house.give_code("no-such-flow", code, AWAY).status_code == 401
    assert house.give_code(victims, code).status_code == 200


def test_control_a_code_that_counts_for_the_address_lets_the_attacker_in(
    house: House, later, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = select(SignInFlow).order_by(SignInFlow.id.desc()).limit(1)
    monkeypatch.setattr(queries, "find_flow", lambda session, token: session.scalar(newest))
    house.activate()
    attackers = house.flow(client=AWAY)
    later(seconds=61)
    house.flow()
    assert house.give_code(attackers, house.last_code(), AWAY).status_code == 200


def test_a_code_asked_for_long_ago_is_not_sent_any_more(house: House, later) -> None:
    house.activate()
    house.start()
    later(minutes=11)
    house.work()
    assert house.recorded("identity.code.issued.v1") == []


def test_the_code_is_made_once_however_often_the_event_comes(house: House) -> None:
    house.activate()
    house.flow()
    house.work()
    house.work()
    assert len(house.recorded("identity.code.issued.v1")) == 1


def test_the_code_is_nowhere_to_be_read(house: House) -> None:
    house.activate()
    house.flow()
    code = house.last_code()
    events = [event.to_bytes().decode() for event in house.harness.recorded("identity.code.issued.v1")]
    assert all(f'"{code}"' not in event for event in events)
    with house.harness.database.reading() as session:
        stored = session.scalar(select(SignInFlow.code_sealed))
    assert stored is not None
    assert stored.count(".") == 4, "the hash of six digits is sealed: it could be tried out"
    assert code not in house.harness.runtime.sealer.open(stored)


def test_a_resend_waits_sixty_seconds(house: House, later) -> None:
    house.activate()
    assert house.start().status_code == 200
    early = house.start()
    assert early.status_code == 429
    assert 1 <= int(early.headers["Retry-After"]) <= 60
    later(seconds=61)
    assert house.start().status_code == 200


def test_by_mail_instead_need_not_wait_and_counts_all_the_same(house: House, later) -> None:
    house.activate(mobile="+34600111222")
    first = house.flow()
    second = house.flow(prefer="email")
    assert [data["channel"] for data in house.recorded("identity.code.issued.v1")] == ["sms", "email"]
    assert house.start(prefer="email").status_code == 429
    later(seconds=61)
    assert house.start().status_code == 200
    later(seconds=61)
    assert house.start().status_code == 429, "three in fifteen minutes, over whatever channel"
    assert house.give_code(first, house.last_code()).status_code == 401, "each code counts in its own flow"
    assert house.give_code(second, house.open(house.recorded("identity.code.issued.v1")[1]["code"])).status_code == 200


def test_three_codes_in_fifteen_minutes_an_address(house: House, later) -> None:
    house.activate()
    for _ in range(3):
        assert house.start().status_code == 200
        later(seconds=61)
    refused = house.start(client=AWAY)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")
    house.work()
    assert len(house.recorded("identity.code.issued.v1")) == 3
    later(minutes=13)
    assert house.start().status_code == 200


def test_three_in_parallel_are_no_more_than_one(house: House) -> None:
    house.activate()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: house.start().status_code, range(30)))
    assert answers.count(200) == 1
    assert answers.count(429) == 29


def test_one_network_cannot_bomb_many_addresses(open_harness) -> None:
    house = House(open_harness(SERVICE, ATRIO_CODES_PER_NETWORK="5"))
    answers = [house.start(f"person{number}@example.com", client=AWAY).status_code for number in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert house.start("ana@example.com", client=HOME).status_code == 200


def test_one_ipv6_network_counts_as_one(open_harness) -> None:
    house = House(open_harness(SERVICE, ATRIO_CODES_PER_NETWORK="2"))
    clients = [{"ip": f"2001:db8::{number}"} for number in (1, 2, 3)]
    answers = [house.start(f"p{client['ip'][-1]}@example.com", client=client).status_code for client in clients]
    assert answers == [200, 200, 429]


def test_all_together_have_a_cap(open_harness) -> None:
    house = House(open_harness(SERVICE, ATRIO_CODES_IN_ALL="3"))
    clients = [{"ip": f"203.0.113.{number}"} for number in range(4)]
    answers = [house.start(f"p{number}@example.com", client=clients[number]).status_code for number in range(4)]
    assert answers == [200, 200, 200, 429]


def test_a_thousand_guesses_meet_a_429(house: House) -> None:
    house.activate()
    flow = house.flow()
    answers = [house.give_code(flow, "000000").status_code for _ in range(205)]
    assert answers[-1] == 429
    assert answers.index(429) <= 200


def test_wrong_codes_are_counted_on_the_account_whatever_is_renewed(house: House, later) -> None:
    """New flows, new codes and new addresses of the network do not start the count anew (threat 5)."""
    house.activate()
    for number in range(20):
        later(minutes=16)
        flow = house.flow()
        client = {"ip": f"203.0.113.{number}"}
        for _ in range(5):
            assert house.give_code(flow, wrong(house.last_code()), client).status_code == 401
    later(minutes=16)
    flow = house.flow()
    refused = house.give_code(flow, house.last_code(), {"ip": "192.0.2.1"})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")


def test_guesses_at_a_dead_code_do_not_use_up_the_persons_tries(house: House, later) -> None:
    house.activate()
    flow = house.flow(client=AWAY)
    for _ in range(120):
        house.give_code(flow, wrong(house.last_code()), AWAY)
    later(seconds=61)
    flow = house.flow()
    assert house.give_code(flow, house.last_code()).status_code == 200


def test_control_a_count_on_the_flow_alone_would_let_it_pass(
    house: House, later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "code_guesses", lambda kind, email_hash: throttle.subject(str(clock.now())))
    house.activate()
    for number in range(20):
        later(minutes=16)
        flow = house.flow()
        for _ in range(5):
            house.give_code(flow, wrong(house.last_code()), {"ip": f"203.0.113.{number}"})
    later(minutes=16)
    flow = house.flow()
    assert house.give_code(flow, house.last_code(), {"ip": "192.0.2.1"}).status_code == 200


def test_the_other_way_in_starts_the_count_anew(house: House, later) -> None:
    house.activate()
    for number in range(20):
        later(minutes=16)
        flow = house.flow()
        for _ in range(5):
            house.give_code(flow, wrong(house.last_code()), {"ip": f"203.0.113.{number}"})
    house.sign_in()
    later(minutes=16)
    flow = house.flow()
    assert house.give_code(flow, house.last_code()).status_code == 200


def test_a_suspended_person_is_told_after_the_proof_and_not_before(house: House) -> None:
    house.activate()
    user_id = house.users()[0]["id"]
    house.harness.staff("clients.write").post(f"/v1/users/{user_id}/suspend")
    flow = house.flow()
    assert house.give_code(flow, wrong(house.last_code())).json["code"] == "wrong_code"
    proved = house.give_code(flow, house.last_code())
    assert (proved.status_code, proved.json["code"]) == (403, "access_suspended")


def test_the_code_of_an_address_that_moved_lets_nobody_in(house: House) -> None:
    contact = house.activate()
    flow = house.flow()
    house.save_again(contact, email="new@example.com")
    answer = house.give_code(flow, house.last_code())
    assert (answer.status_code, answer.json["code"]) == (403, "not_activated")
    with house.harness.database.reading() as session:
        assert session.scalar(select(User.status)) == "invited"

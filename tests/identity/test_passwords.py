"""Passwords: what is taken, how it rests, guessing, changing, forgetting (B6, S7, S11; threats 3-5, 22)."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from sqlalchemy import select, update

from services.identity.passwords import hashing
from services.identity.passwords.models import PasswordCredential
from services.identity.sign_in import throttle
from tests.identity.house import AWAY, HOME, OTHER_PASSWORD, PASSWORD, House


def test_a_password_rests_as_argon2id_with_owasps_parameters(house: House) -> None:
    house.activate()
    with house.harness.database.reading() as session:
        stored = session.scalar(select(PasswordCredential.hash))
    found = extract_parameters(stored)
    assert found.type is Type.ID
    assert (found.time_cost, found.memory_cost, found.parallelism) == (2, 19 * 1024, 1)


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(house: House) -> None:
    house.activate()
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with house.harness.database.unit_of_work() as session:
        session.execute(update(PasswordCredential).values(hash=old))
    house.sign_in()
    with house.harness.database.reading() as session:
        assert not hashing.is_outdated(session.scalar(select(PasswordCredential.hash)))


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "x" * 129,
        "passwordpassword",
        "111111111111111",
        "qwertyuiopasdfgh",
        "abcdefghijklmnopqrst",
        "iloveyouiloveyou",
        "contraseña12345",
        "palavrapasse1234",
        "ana@example.com",
        "acostaacostaacosta",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_a_password_that_is_short_long_or_expected_is_refused(house: House, password: str) -> None:
    house.save_contact()
    answer = house.accept(house.invitation_tokens()[0], password)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["password"])


@pytest.mark.parametrize(
    "password",
    [
        "three quiet herons cross",
        "granite eulogy tomorrow",
        "vW8#kq2LzR0!bTn",
        "tres garzas cruzan el río",
        "小さな庭に雨が降る午後の静けさよ",
        "dois barcos à espera da maré" * 4,
        " begins and ends with spaces ",
    ],
)
def test_any_other_is_taken_as_it_is(house: House, password: str) -> None:
    house.save_contact()
    assert house.accept(house.invitation_tokens()[0], password).status_code == 200
    assert house.give_password(password).status_code == 200
    assert house.give_password(password.strip() + "x").status_code == 401


def test_two_ways_to_type_a_letter_are_one(house: House) -> None:
    house.save_contact()
    house.accept(house.invitation_tokens()[0], "un cafe\u0301 con leche fri\u0301a")
    assert house.give_password("un caf\u00e9 con leche fr\u00eda").status_code == 200


@pytest.mark.parametrize("password", ["", "x" * 1025, "bad \ud800 surrogate", None, 15, ["a"]])
def test_what_is_no_password_is_malformed_and_no_error_of_ours(house: House, password: object) -> None:
    body = json.dumps({"email": "ana@example.com", "password": password, "client": HOME})
    answer = house.gateway.post("/v1/sign-in/password", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)


def test_one_that_is_too_long_is_wrong_at_sign_in(house: House) -> None:
    house.activate()
    assert house.give_password(PASSWORD + "x" * 200).status_code == 401


def test_the_long_tail_of_a_password_counts(house: House) -> None:
    house.save_contact()
    password = "dois barcos à espera da maré " * 4
    house.accept(house.invitation_tokens()[0], password)
    assert house.give_password(password[:-1]).status_code == 401


@pytest.mark.usefixtures("quick_hashing")
def test_a_hundred_failures_in_a_row_close_the_password_until_another_proof(house: House) -> None:
    house.activate()
    for number in range(100):
        assert house.give_password("wrong", client={"ip": f"203.0.113.{number}"}).status_code == 401
    refused = house.give_password(PASSWORD, client={"ip": "192.0.2.200"})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["Retry-After"]) > 0
    flow = house.flow()
    assert house.give_code(flow, house.last_code()).status_code == 200, "nobody is locked out"
    assert house.give_password(PASSWORD, client={"ip": "192.0.2.201"}).status_code == 200


@pytest.mark.usefixtures("quick_hashing")
def test_the_browser_that_signed_in_before_gets_in_all_the_same(house: House) -> None:
    """Throttle, not lock: an attacker fails, the victim signs in (threat 22)."""
    house.activate()
    device = house.give_password().json["device"]
    for number in range(100):
        house.give_password("wrong", client={"ip": f"203.0.113.{number}"})
    at_home = HOME | {"ip": "192.0.2.1", "device": device}
    assert house.give_password(PASSWORD, client=at_home | {"device": "made up"}).status_code == 429
    assert house.give_password(PASSWORD, client=at_home).status_code == 200


@pytest.mark.usefixtures("quick_hashing")
def test_a_stolen_device_token_buys_ten_guesses_and_no_more(house: House) -> None:
    house.activate()
    device = house.give_password().json["device"]
    answers = [
        house.give_password("wrong", client={"ip": f"203.0.113.{number}", "device": device}).status_code
        for number in range(111)
    ]
    assert answers == [401] * 110 + [429]


@pytest.mark.usefixtures("quick_hashing")
def test_another_persons_device_token_buys_nothing(house: House) -> None:
    house.activate(email="bea@example.com")
    house.activate(email="ana@example.com")
    device = house.give_password(email="bea@example.com").json["device"]
    for number in range(100):
        house.give_password("wrong", client={"ip": f"203.0.113.{number}"})
    assert house.give_password(client={"ip": "192.0.2.1", "device": device}).status_code == 429


@pytest.mark.usefixtures("quick_hashing")
def test_parallel_guesses_all_count(house: House) -> None:
    house.activate()

    def guess(number: int) -> int:
        return house.give_password("wrong", client={"ip": f"203.0.{number}.1"}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(120)))
    assert answers.count(401) == 100
    assert answers.count(429) == 20


@pytest.mark.usefixtures("quick_hashing")
def test_control_counted_after_the_check_more_would_pass(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "attempt", lambda session, key, patience: 0)
    house.activate()
    answers = [house.give_password("wrong", client={"ip": f"203.0.113.{n}"}).status_code for n in range(105)]
    assert answers == [401] * 105


def test_from_one_network_each_failure_after_ten_costs_more(house: House, later) -> None:
    house.activate()
    for _ in range(10):
        assert house.give_password("wrong").status_code == 401
    assert house.give_password("wrong").status_code == 429
    waits = []
    for _ in range(4):
        refused = house.give_password("wrong")
        waits.append(int(refused.headers["Retry-After"]))
        later(seconds=waits[-1])
        assert house.give_password("wrong").status_code == 401
    assert waits == [1, 2, 4, 8]
    assert house.give_password(PASSWORD, client=AWAY).status_code == 200, "elsewhere nobody waits"


def test_a_right_password_starts_the_count_anew(house: House) -> None:
    house.activate()
    for _ in range(3):
        for _ in range(9):
            assert house.give_password("wrong").status_code == 401
        assert house.give_password().status_code == 200


def test_changing_ones_own_password_ends_the_other_sessions(house: House) -> None:
    house.activate()
    here, elsewhere = house.sign_in(), house.sign_in(client=AWAY)
    me = house.harness.with_token(house.exchange(here).json["passport"])
    changed = me.post("/v1/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})
    assert changed.status_code == 204
    assert house.exchange(here).status_code == 200
    assert house.exchange(elsewhere).status_code == 401
    assert house.give_password(PASSWORD).status_code == 401
    assert house.give_password(OTHER_PASSWORD).status_code == 200
    (told,) = house.recorded("identity.credential.changed.v1")
    assert (told["credential"], told["email"]) == ("password", "ana@example.com")


def test_changing_needs_the_present_one_and_guessing_it_is_slowed_down(house: House) -> None:
    house.activate()
    me = house.harness.with_token(house.exchange(house.sign_in()).json["passport"])
    answers = [me.post("/v1/password", json={"current": "wrong", "new": OTHER_PASSWORD}) for _ in range(12)]
    assert answers[0].json["errors"] == {"current": ["This is not your present password."]}
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    assert house.give_password(PASSWORD).status_code == 200


def test_a_new_one_must_keep_the_rules_too(house: House) -> None:
    house.activate()
    me = house.harness.with_token(house.exchange(house.sign_in()).json["passport"])
    answer = me.post("/v1/password", json={"current": PASSWORD, "new": "short"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["new"])


def reset_tokens(house: House) -> list[str]:
    requested = house.recorded("identity.password.reset_requested.v1")
    return [house.open(data["link"]).rpartition("/reset/")[2] for data in requested]


def forget(house: House, email: str = "ana@example.com") -> None:
    assert house.post("passwords/forgot", email=email, client=HOME).status_code == 204
    house.work()


def test_a_forgotten_password_is_replaced_and_every_session_ends(house: House) -> None:
    house.activate()
    session = house.sign_in()
    forget(house)
    (token,) = reset_tokens(house)
    (requested,) = house.recorded("identity.password.reset_requested.v1")
    assert house.open(requested["link"]) == f"https://portal.example/reset/{token}"
    for _ in range(3):
        seen = house.post("passwords/inspect", token=token).json
        assert (seen["email"], seen["status"]) == ("ana@example.com", "open")
    assert house.post("passwords/reset", token=token, password="short").status_code == 422
    assert house.post("passwords/reset", token=token, password=OTHER_PASSWORD).status_code == 204
    assert house.exchange(session).status_code == 401
    assert house.give_password(OTHER_PASSWORD).status_code == 200
    assert house.post("passwords/reset", token=token, password=PASSWORD).status_code == 410
    assert len(house.recorded("identity.credential.changed.v1")) == 1


def test_of_twenty_resets_at_once_one_succeeds(house: House) -> None:
    house.activate()
    forget(house)
    (token,) = reset_tokens(house)

    def reset(_: int) -> int:
        return house.post("passwords/reset", token=token, password=OTHER_PASSWORD).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(reset, range(20)))
    assert sorted(answers) == [204] + [410] * 19


def test_a_reset_link_lives_an_hour_and_a_new_one_replaces_it(house: House, later) -> None:
    house.activate()
    forget(house)
    later(seconds=61)
    forget(house)
    old, new = reset_tokens(house)
    assert house.post("passwords/inspect", token=old).json["status"] == "used"
    assert house.post("passwords/reset", token=old, password=OTHER_PASSWORD).status_code == 410
    later(hours=1)
    assert house.post("passwords/inspect", token=new).json["status"] == "expired"
    assert house.post("passwords/reset", token=new, password=OTHER_PASSWORD).status_code == 410


def test_a_change_of_password_ends_open_reset_links(house: House) -> None:
    house.activate()
    forget(house)
    me = house.harness.with_token(house.exchange(house.sign_in()).json["passport"])
    me.post("/v1/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})
    (token,) = reset_tokens(house)
    assert house.post("passwords/reset", token=token, password=PASSWORD).status_code == 410


def test_mail_about_a_forgotten_password_cannot_be_used_to_bomb(house: House, later) -> None:
    house.activate()
    answers = []
    for _ in range(5):
        answers.append(house.post("passwords/forgot", email="ana@example.com", client=HOME).status_code)
        later(seconds=61)
    assert answers == [204] * 3 + [429] * 2


def test_staff_and_clients_with_one_address_are_two_people(house: House) -> None:
    house.activate()
    assert house.give_password(kind="staff").status_code == 401
    assert house.give_password(kind="client").status_code == 200

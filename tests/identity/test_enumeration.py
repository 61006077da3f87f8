"""An unknown address gets the same answer as a known one, for the same work (S13; threat 20).

Time on a shared machine proves little, so the work itself is compared: each statement sent to the database, each
password hashed, each byte answered but for random tokens.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from services.chassis import clock
from services.chassis.columns import new_id
from services.identity.passwords import hashing
from tests.identity.factors import enrol_totp
from tests.identity.house import House

PEOPLE = [
    "unknown@example.com",
    "active@example.com",
    "suspended@example.com",
    "over@example.com",
    "invited@example.com",
]
IDS = {name: new_id() for name in ("active", "suspended", "over")}


@pytest.fixture
def people(house: House) -> House:
    """One person in each state, and one address that nobody has."""
    for name, contact_id in IDS.items():
        house.activate(email=f"{name}@example.com", id=str(contact_id), mobile="+34600111222")
    house.save_contact(email="invited@example.com")
    user = next(user for user in house.users() if user["email"] == "suspended@example.com")
    house.harness.staff("clients.write").post(f"/v1/users/{user['id']}/suspend")
    yesterday = clock.now().date().replace(year=clock.now().year - 1)
    house.save_contact(
        email="over@example.com",
        id=str(IDS["over"]),
        mobile="+34600111222",
        support_end=yesterday.isoformat(),
        version=2,
    )
    return house


@contextmanager
def work_of(house: House) -> Iterator[list[str]]:
    """Collect each statement that is sent to the database and each password that is hashed."""
    done: list[str] = []

    def listen(_c: Any, _k: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
        if "token_keys" not in statement:  # read anew once in a while, whoever asks
            done.append(statement)

    engine = house.harness.database.engine
    event.listen(engine, "before_cursor_execute", listen)
    real = hashing._hasher.verify
    spy = type("Spy", (), {"verify": staticmethod(lambda *a: (done.append("argon2id"), real(*a))[1])})()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_hasher", spy)
        yield done
    event.remove(engine, "before_cursor_execute", listen)


def compare(house: House, call: Callable[[str, int], Any]) -> None:
    """Assert that a call for each person does and answers the same."""
    hashing._nobodys()  # is made once a process
    call("warm@example.com", 0)
    seen = []
    for number, email in enumerate(PEOPLE, start=1):
        with work_of(house) as done:
            answer = call(email, number)
        body = {
            name: type(value) if name == "flow" else value
            for name, value in (answer.json if answer.data else {}).items()
        }
        body.pop("request_id", None)
        headers = {name for name, _ in answer.headers}
        seen.append((email, (answer.status_code, body, headers, len(answer.data), done)))
    first = seen[0][1]
    for email, outcome in seen:
        assert outcome == first, email


def client(number: int) -> dict[str, str]:
    return {"ip": f"203.0.113.{number}", "user_agent": "test"}


def test_asking_for_a_code(people: House) -> None:
    compare(people, lambda email, number: people.start(email, client=client(number)))


def test_asking_too_often(people: House) -> None:
    for email in ["warm@example.com", *PEOPLE]:
        people.start(email)
    compare(people, lambda email, number: people.start(email, client=client(number)))


def test_a_wrong_password(people: House) -> None:
    compare(people, lambda email, number: people.give_password("wrong", email, client(number)))


def test_a_wrong_password_of_one_with_a_second_factor(people: House) -> None:
    enrol_totp(people, people.sign_in(email="active@example.com"))
    compare(people, lambda email, number: people.give_password("wrong", email, client(number)))


def test_a_forgotten_password(people: House) -> None:
    compare(people, lambda email, number: people.post("passwords/forgot", email=email, client=client(number)))


def test_a_wrong_code(people: House) -> None:
    flows = {email: people.flow(email) for email in ["warm@example.com", *PEOPLE]}
    codes = {people.open(data["code"]) for data in people.recorded("identity.code.issued.v1")}
    guess = next(f"{number:06}" for number in range(10) if f"{number:06}" not in codes)
    compare(people, lambda email, number: people.give_code(flows[email], guess, client(number)))


def test_control_a_sign_in_that_stops_early_for_unknown_addresses_is_seen(
    people: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = hashing.verify
    monkeypatch.setattr(hashing, "verify", lambda stored, given: stored is not None and careful(stored, given))
    with pytest.raises(AssertionError, match=r"active@example\.com"):
        compare(people, lambda email, number: people.give_password("wrong", email, client(number)))


def test_codes_go_to_those_who_may_prove_who_they_are(people: House) -> None:
    for email in PEOPLE:
        people.flow(email)
    names = [data["to"] for data in people.recorded("identity.code.issued.v1")]
    assert len(names) == 3, "active, suspended and out of date; not unknown, not invited"


def test_the_handler_makes_a_code_for_an_unknown_address_too_that_nobody_can_use(
    people: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _: 123456)
    flow = people.flow("unknown@example.com")
    assert people.give_code(flow, "123456").json["code"] == "wrong_code"

"""No secret is to be read in the database, in events or in logs (threats 2, 36)."""

import pytest
from sqlalchemy import select

from tests.identity.house import OTHER_PASSWORD, PASSWORD, House, wrong


def everything_stored(house: House) -> str:
    """Return every value of every table, outbox included, as text."""
    texts = []
    with house.harness.database.reading() as session:
        for table in house.harness.service.metadata.sorted_tables:
            texts += [str(value) for row in session.execute(select(table)) for value in row]
    return "\n".join(texts)


@pytest.fixture
def secrets(house: House, later) -> dict[str, str]:
    """Live through everything that has a secret, and return each secret by name."""
    house.save_contact()
    (invitation,) = house.invitation_tokens()
    accepted = house.accept(invitation).json
    flow = house.flow()
    code = house.last_code()
    house.give_code(flow, wrong(code))
    by_code = house.give_code(flow, code).json
    house.give_password("a wrong password of mine")
    house.post("passwords/forgot", email="ana@example.com", client={"ip": "203.0.113.1"})
    house.work()
    requested = house.recorded("identity.password.reset_requested.v1")[-1]
    reset = house.open(requested["link"]).rpartition("/")[2]
    exchanged = house.exchange(by_code["session"]).json
    me = house.harness.with_token(exchanged["passport"])
    me.post("/v1/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})
    return {
        "invitation": invitation,
        "password": PASSWORD,
        "new password": OTHER_PASSWORD,
        "wrong password": "a wrong password of mine",
        "session": accepted["session"],
        "session by code": by_code["session"],
        "device": accepted["device"],
        "flow": flow,
        "reset": reset,
        "passport": exchanged["passport"],
    }


def test_nothing_stored_has_a_secret_in_it(house: House, secrets: dict[str, str]) -> None:
    stored = everything_stored(house)
    assert {name for name, secret in secrets.items() if secret in stored} == set()
    assert "ana@example.com" in stored, "control: what is stored is found"


def test_nothing_logged_has_a_secret_in_it(
    house: House, secrets: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    house.give_password(PASSWORD)
    house.accept(secrets["invitation"])
    house.exchange(secrets["session"])
    logged = "".join(capfd.readouterr())
    assert {name for name, secret in secrets.items() if secret in logged} == set()
    assert "/v1/sign-in/password" in logged, "control: what is logged is found"


def test_no_answer_to_staff_has_a_secret_in_it(house: House, secrets: dict[str, str]) -> None:
    staff = house.harness.staff()
    user_id = house.users()[0]["id"]
    paths = ["/v1/users", f"/v1/users/{user_id}", "/v1/me", "/v1/keys", "/v1/events/outbox", "/v1/events/inbox"]
    answers = "".join(staff.get(path).text for path in paths)
    assert {name for name, secret in secrets.items() if secret in answers} == set()
    assert "ana@example.com" in answers, "control: what is shown is found"

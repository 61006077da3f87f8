"""A client who lost every second factor asks the firm, which takes them away (B2; threats 3, 21, 36)."""

from typing import Any

import pytest

from services.chassis.auth import PROOF_SECONDS
from services.identity.roles import PERMISSIONS
from tests.identity.factors import enrol_totp, person
from tests.identity.house import HOME, House
from tests.identity.viewing import make_staff

pytestmark = pytest.mark.usefixtures("mid_step")
LOST, CHANGED = "identity.second_factor.lost.v1", "identity.credential.changed.v1"


@pytest.fixture
def ana(house: House) -> dict[str, Any]:
    """A client with an authenticator app."""
    contact = house.activate()
    enrol_totp(house, house.sign_in())
    return contact


def challenge(house: House) -> str:
    token: str = house.give_password().json["challenge"]
    return token


def ask(house: House, token: str) -> Any:
    return house.post("sign-in/factor/lost", challenge=token, client=HOME)


def test_who_gave_a_first_factor_can_have_the_firm_told(house: House, ana: dict[str, Any]) -> None:
    assert ask(house, challenge(house)).status_code == 202
    (told,) = house.recorded(LOST)
    assert (told["name"], str(told["accounts"][0]["account_id"])) == ("Ana Acosta", str(ana["account_id"]))


def test_the_answer_is_the_same_and_the_firm_is_told_twice_a_day_at_most(
    house: House, ana: dict[str, Any], later: Any
) -> None:
    answers = []
    for _ in range(4):
        answers += [ask(house, challenge(house)), ask(house, challenge(house))]
        later(hours=2)
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert len(house.recorded(LOST)) == 2
    later(hours=24)
    ask(house, challenge(house))
    assert len(house.recorded(LOST)) == 3


def test_without_an_open_challenge_nobody_is_told(house: House, ana: dict[str, Any], later: Any) -> None:
    late = challenge(house)
    later(minutes=11)
    for token in ("made-up", late):
        refused = ask(house, token)
        assert (refused.status_code, refused.json["code"]) == (401, "challenge_over")
    assert house.recorded(LOST) == []


def test_staff_takes_the_factors_away_and_the_person_is_told(house: House, ana: dict[str, Any], later: Any) -> None:
    open_session = house.post(
        "sign-in/factor", challenge=challenge(house), method="recovery", code="wrong", client=HOME
    )
    assert open_session.status_code == 401
    user_id = house.users()[-1]["id"]
    staff = house.harness.staff()
    assert staff.post(f"/v1/users/{user_id}/reset-second-factor").status_code == 200
    changed = house.recorded(CHANGED)[-1]
    assert (changed["credential"], changed["change"], changed["by"]["kind"]) == ("totp", "reset", "staff")
    assert house.users()[-1]["saved_by"]["kind"] == "staff"
    assert "session" in house.give_password().json, "the password is enough again"


def test_open_sessions_end_with_the_factors(house: House) -> None:
    house.activate()
    session = house.sign_in()
    enrol_totp(house, session)
    assert house.exchange(session).status_code == 200
    house.harness.staff().post(f"/v1/users/{house.users()[-1]['id']}/reset-second-factor")
    assert house.exchange(session).status_code == 401


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("agent", 200), ("read_only", 403)])
def test_it_wants_the_permission(house: House, ana: dict[str, Any], role: str, status: int) -> None:
    staff = house.harness.staff(*PERMISSIONS[role])
    assert staff.post(f"/v1/users/{house.users()[-1]['id']}/reset-second-factor").status_code == status


def test_it_wants_a_fresh_proof_and_is_not_for_staff(house: House, ana: dict[str, Any], later: Any) -> None:
    user_id = next(user["id"] for user in house.users() if user["kind"] == "client")
    colleague = make_staff(house, "agent", "tomas@firm.example")
    staff = house.harness.staff()
    assert staff.post(f"/v1/users/{colleague}/reset-second-factor").status_code == 404
    session = house.sign_in(email="tomas@firm.example", kind="staff")
    later(seconds=PROOF_SECONDS + 1)
    refused = person(house, session).post(f"/v1/users/{user_id}/reset-second-factor")
    assert (refused.status_code, refused.json["code"]) == (403, "proof_required")

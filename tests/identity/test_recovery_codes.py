"""Recovery codes: ten, shown once, each good once, and not to be guessed (B2; P6; threats 3 to 5, 36)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from services.identity.factors import recovery
from services.identity.factors.models import Challenge, RecoveryCode
from tests.identity.factors import Enrolled, challenge, enrol_totp, give_factor, person
from tests.identity.house import AWAY, House

pytestmark = pytest.mark.usefixtures("mid_step")


@pytest.fixture
def ana(house: House) -> Enrolled:
    """Ana, who has an authenticator app and ten recovery codes."""
    house.activate()
    return enrol_totp(house, house.sign_in())


def give(house: House, code: str, asked: str | None = None, **values: object) -> tuple[int, str]:
    answer = give_factor(house, asked or challenge(house), code, "recovery", **values)
    return answer.status_code, answer.json.get("code", "")


def test_each_is_good_for_one_sign_in(house: House, ana: Enrolled) -> None:
    first = ana.recovery_codes[0]
    assert give(house, first) == (200, "")
    assert give(house, first) == (401, "wrong_factor")
    assert give(house, ana.recovery_codes[1]) == (200, "")
    assert person(house, ana.session).get("/v1/me/security").json["recovery_codes_left"] == 8
    told = [(data["credential"], data["change"]) for data in house.recorded("identity.credential.changed.v1")]
    assert told[-1] == ("recovery_codes", "used"), "the owner hears of it"


def test_capitals_spaces_and_hyphens_do_not_count(house: House, ana: Enrolled) -> None:
    assert give(house, ana.recovery_codes[0].upper().replace("-", " "))[0] == 200
    assert give(house, ana.recovery_codes[1].replace("-", ""))[0] == 200


def test_they_are_long_and_easy_to_read(ana: Enrolled) -> None:
    assert len(set(ana.recovery_codes)) == 10
    for code in ana.recovery_codes:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", code)


def test_of_fifty_uses_at_once_one_succeeds(house: House, ana: Enrolled) -> None:
    asked = [challenge(house) for _ in range(5)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: give(house, ana.recovery_codes[0], asked[n % 5])[0], range(50)))
    assert answers.count(200) == 1


def test_control_without_the_used_mark_it_works_again(
    house: House, ana: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "use", lambda session, sealer, user_id, code: code == ana.recovery_codes[0])
    assert [give(house, ana.recovery_codes[0])[0] for _ in range(2)] == [200, 200]


def test_two_hundred_guesses_at_once_count_five(house: House, ana: Enrolled) -> None:
    asked, guess = challenge(house), "aaaa-bbbb-cccc-dddd"
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: give(house, guess, asked), range(200)))
    assert answers.count((401, "wrong_factor")) == 4
    with house.harness.database.reading() as session:
        assert session.scalar(select(Challenge.tries)) == 5
    assert give(house, ana.recovery_codes[0], asked, client=AWAY) == (401, "challenge_over")


def test_new_ones_make_the_old_ones_void(house: House, ana: Enrolled) -> None:
    made = person(house, ana.session).post("/v1/me/recovery-codes")
    assert (made.status_code, len(made.json["codes"])) == (201, 10)
    assert give(house, ana.recovery_codes[0]) == (401, "wrong_factor")
    assert give(house, made.json["codes"][0]) == (200, "")


def test_nobody_uses_another_persons(house: House, ana: Enrolled) -> None:
    house.activate(email="bea@example.com")
    bea = enrol_totp(house, house.sign_in(email="bea@example.com"))
    assert give(house, bea.recovery_codes[0]) == (401, "wrong_factor")
    assert give(house, bea.recovery_codes[0], challenge(house, email="bea@example.com")) == (200, "")


def test_they_are_nothing_without_a_second_factor(house: House) -> None:
    house.activate()
    answer = person(house, house.sign_in()).post("/v1/me/recovery-codes")
    assert (answer.status_code, answer.json["code"]) == (409, "no_second_factor")


def test_they_are_nowhere_in_clear_and_the_table_alone_does_not_tell_them(house: House, ana: Enrolled) -> None:
    with house.harness.database.reading() as session:
        stored = " ".join(session.scalars(select(RecoveryCode.code_sealed)))
    recorded = repr(house.harness.recorded())
    for code in ana.recovery_codes:
        assert code not in stored
        assert code not in recorded
    assert stored.count(".") == 40, "ten compact JWE, each of five parts"

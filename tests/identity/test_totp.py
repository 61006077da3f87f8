"""Authenticator apps: set up, used, guessed at, removed (B2; P6; threats 3 to 5, 19, 36)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import select

from services.chassis import clock
from services.identity.factors import actions, challenges, totp
from services.identity.factors.models import Authenticator, Challenge
from tests.identity.factors import challenge, code_of, enrol_totp, give_factor, person, wrong_code_of
from tests.identity.house import AWAY, PASSWORD, House

pytestmark = pytest.mark.usefixtures("mid_step")


def test_an_app_is_set_up_by_a_code_and_then_asked_for(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    assert len(enrolled.recovery_codes) == 10
    assert person(house, enrolled.session).get("/v1/me/security").json["totp"]["confirmed_at"]
    asked = house.give_password().json
    assert asked["factors"] == ["totp", "recovery"]
    answer = give_factor(house, asked["challenge"], code_of(enrolled.secret))
    assert answer.status_code == 200, answer.text
    assert set(house.exchange(answer.json["session"]).json["methods"]) == {"pwd", "totp", "mfa"}


def test_the_secret_is_what_apps_read_from_a_qr_code(house: House) -> None:
    house.activate()
    begun = person(house, house.sign_in()).post("/v1/me/totp").json
    assert begun["uri"].startswith("otpauth://totp/portal.example:ana%40example.com?secret=")
    assert begun["secret"] in begun["uri"]
    assert len(begun["secret"]) == 32, "160 bits in base32"


def test_a_secret_counts_only_once_it_is_confirmed(house: House) -> None:
    house.activate()
    session = house.sign_in()
    me = person(house, session)
    assert me.post("/v1/me/totp/confirm", json={"code": "123456"}).json["code"] == "nothing_to_confirm"
    secret = me.post("/v1/me/totp").json["secret"]
    wrong = me.post("/v1/me/totp/confirm", json={"code": wrong_code_of(secret)})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["code"])
    assert "session" in house.give_password().json, "nothing is asked for yet"


def test_the_first_app_counts_until_the_second_is_confirmed(house: House, later) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    me = person(house, enrolled.session)
    second = me.post("/v1/me/totp").json["secret"]
    assert give_factor(house, challenge(house), code_of(enrolled.secret)).status_code == 200
    confirmed = me.post("/v1/me/totp/confirm", json={"code": code_of(second, -1)})
    assert confirmed.json == {"recovery_codes": None}, "the person has some already"
    later(seconds=60)
    assert give_factor(house, challenge(house), code_of(enrolled.secret)).status_code == 401
    assert give_factor(house, challenge(house), code_of(second)).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_a_code_counts_one_step_to_either_side(house: House, later, steps: int, status: int) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    later(seconds=120)
    assert give_factor(house, challenge(house), code_of(enrolled.secret, steps)).status_code == status


def test_a_code_works_once_and_so_does_none_before_it(house: House, later) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    later(seconds=120)
    code, before = code_of(enrolled.secret), code_of(enrolled.secret, -1)
    assert give_factor(house, challenge(house), code).status_code == 200
    for used in (code, before):
        assert give_factor(house, challenge(house), used).json["code"] == "wrong_factor"


def test_of_fifty_uses_at_once_one_succeeds(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    code = code_of(enrolled.secret)
    asked = [challenge(house) for _ in range(5)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: give_factor(house, asked[n % 5], code).status_code, range(50)))
    assert answers.count(200) == 1
    assert set(answers) <= {200, 401, 429}


def test_control_without_the_last_step_a_code_works_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        actions, "_use_totp", lambda session, sealer, user_id, code: bool(code == code_of(enrolled.secret))
    )
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    code = code_of(enrolled.secret)
    assert [give_factor(house, challenge(house), code).status_code for _ in range(2)] == [200, 200]


def test_two_hundred_guesses_at_once_count_five(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    asked, guess = challenge(house), wrong_code_of(enrolled.secret)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: give_factor(house, asked, guess), range(200)))
    assert [answer.json["code"] for answer in answers].count("wrong_factor") == 4
    assert {answer.status_code for answer in answers} <= {401, 429}
    with house.harness.database.reading() as session:
        assert session.scalar(select(Challenge.tries)) == 5
    late = give_factor(house, asked, code_of(enrolled.secret), client=AWAY)
    assert late.json["code"] == "challenge_over", "the right one comes too late"


def test_control_without_the_count_the_right_code_still_works(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenges, "_count_try", lambda session, challenge_id: 1)
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    asked = challenge(house)
    for _ in range(8):
        give_factor(house, asked, wrong_code_of(enrolled.secret))
    assert give_factor(house, asked, code_of(enrolled.secret)).status_code == 200


def test_wrong_codes_are_counted_on_the_person_whatever_is_renewed(house: House, quick_hashing: None) -> None:
    """Whoever has the password can ask for challenges without end, but not guess without end (threat 5)."""
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    with time_machine.travel(clock.now(), tick=False):
        answers = [give_factor(house, challenge(house), wrong_code_of(enrolled.secret)).status_code for _ in range(12)]
        assert answers[:10] == [401] * 10
        assert 429 in answers[10:]
        waiting = give_factor(house, challenge(house), code_of(enrolled.secret))
    assert waiting.json["code"] == "too_many_attempts"
    assert int(waiting.headers["Retry-After"]) > 0


def test_a_challenge_is_the_persons_alone_and_opens_nothing_else(house: House) -> None:
    house.activate()
    house.activate(email="bea@example.com")
    ana = enrol_totp(house, house.sign_in())
    bea = enrol_totp(house, house.sign_in(email="bea@example.com"))
    asked = challenge(house)
    assert give_factor(house, asked, code_of(bea.secret)).status_code == 401
    assert house.exchange(asked).status_code == 401, "a challenge is no session"
    assert give_factor(house, "no-such-challenge", code_of(ana.secret)).json["code"] == "challenge_over"
    assert give_factor(house, asked, code_of(ana.secret)).status_code == 200
    assert give_factor(house, asked, code_of(ana.secret, 1)).json["code"] == "challenge_over"


def test_a_challenge_lives_ten_minutes(house: House, later) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    asked = challenge(house)
    later(minutes=10, seconds=1)
    assert give_factor(house, asked, code_of(enrolled.secret)).json["code"] == "challenge_over"


def test_a_code_by_mail_alone_does_not_let_in_who_has_a_second_factor(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    flow = house.flow()
    asked = house.give_code(flow, house.last_code()).json
    assert "session" not in asked
    assert give_factor(house, asked["challenge"], code_of(enrolled.secret)).status_code == 200


def test_removing_it_makes_the_password_enough_again_and_the_codes_void(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    assert person(house, enrolled.session).delete("/v1/me/totp").status_code == 204
    assert "session" in house.give_password().json
    state = person(house, enrolled.session).get("/v1/me/security").json
    assert (state["totp"], state["recovery_codes_left"], state["second_factor"]) == (None, 0, False)


def test_the_secret_is_nowhere_in_clear(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    with house.harness.database.reading() as session:
        row = session.scalars(select(Authenticator)).one()
        stored = f"{row.secret_sealed} {row.pending_sealed}"
    assert enrolled.secret not in stored
    assert enrolled.secret not in repr(house.harness.recorded())
    assert house.harness.runtime.sealer.open(row.secret_sealed or "") == enrolled.secret


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, for SHA-1; its codes have eight digits, of which ours are the last six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(secret, seconds // 30) == code


def test_only_the_person_touches_it(house: House) -> None:
    house.activate()
    assert house.harness.anyone().post("/v1/me/totp").status_code == 401
    assert house.gateway.post("/v1/me/totp").status_code == 403
    assert PASSWORD not in repr(house.harness.recorded())

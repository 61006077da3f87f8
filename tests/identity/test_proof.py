"""Proving anew who one is: by what, how often, and for which session (B5; threats 3 to 5, 19)."""

from datetime import datetime
from typing import Any

import pytest

from services.chassis.auth import PROOF_SECONDS
from tests.identity.factors import (
    SoftwareAuthenticator,
    add_passkey,
    code_of,
    enrol_totp,
    make_staff,
    person,
    wrong_code_of,
)
from tests.identity.house import HOME, PASSWORD, House, wrong

pytestmark = pytest.mark.usefixtures("mid_step")
STALE = {"seconds": PROOF_SECONDS + 1}


def methods(house: House, session: str) -> list[str]:
    found: list[str] = person(house, session).get("/v1/me/proof").json["methods"]
    return found


def prove(house: House, session: str, method: str, **given: str) -> Any:
    return person(house, session).post("/v1/me/proof", json={"method": method, **given})


def is_stale(house: House, session: str) -> bool:
    """Whether a dangerous act is refused; beginning a registration is one that changes nothing."""
    answer = person(house, session).post("/v1/me/passkeys/options")
    assert answer.status_code in (200, 403), answer.text
    if answer.status_code == 403:
        assert answer.json["code"] == "proof_required"
    return bool(answer.status_code == 403)


def test_a_proof_is_asked_for_after_twenty_minutes_and_renewed_by_the_password(house: House, later) -> None:
    house.activate()
    session = house.sign_in()
    assert not is_stale(house, session)
    later(**STALE)
    assert is_stale(house, session)
    assert methods(house, session) == ["password", "code"]
    wrong_one = prove(house, session, "password", password="not this one")
    assert (wrong_one.status_code, list(wrong_one.json["errors"])) == (422, ["password"])
    assert is_stale(house, session)
    before = house.exchange(session).json
    assert prove(house, session, "password", password=PASSWORD).status_code == 204
    after = house.exchange(session).json
    assert not is_stale(house, session)
    assert datetime.fromisoformat(after["authenticated_at"]) > datetime.fromisoformat(before["authenticated_at"])
    assert after["session_id"] == before["session_id"], "nothing else changes"


DANGEROUS = (
    ("POST", "/v1/me/totp"),
    ("POST", "/v1/me/totp/confirm"),
    ("DELETE", "/v1/me/totp"),
    ("POST", "/v1/me/passkeys/options"),
    ("POST", "/v1/me/passkeys"),
    ("PATCH", "/v1/me/passkeys/0193a1b0-0000-7000-8000-0000000000d1"),
    ("DELETE", "/v1/me/passkeys/0193a1b0-0000-7000-8000-0000000000d1"),
    ("POST", "/v1/me/recovery-codes"),
    ("POST", "/v1/password"),
)


@pytest.mark.parametrize(("method", "path"), DANGEROUS)
def test_every_change_of_credentials_asks_for_one(house: House, later, method: str, path: str) -> None:
    house.activate()
    session = house.sign_in()
    fresh = person(house, session).open(method, path, json={})
    assert fresh.status_code != 403, "control: with a fresh proof it is another answer"
    later(**STALE)
    answer = person(house, session).open(method, path, json={})
    assert (answer.status_code, answer.json["code"]) == (403, "proof_required")


def test_looking_asks_for_none(house: House, later) -> None:
    house.activate()
    session = house.sign_in()
    later(**STALE)
    for path in ("/v1/me", "/v1/me/security", "/v1/me/proof"):
        assert person(house, session).get(path).status_code == 200


def test_who_has_a_second_factor_proves_that_one(house: House, later) -> None:
    session = make_staff(house)
    enrolled = enrol_totp(house, session)
    later(**STALE)
    assert methods(house, session) == ["totp", "recovery"]
    by_password = prove(house, session, "password", password=PASSWORD)
    assert (by_password.status_code, by_password.json["code"]) == (409, "other_proof")
    bad = prove(house, session, "totp", code=wrong_code_of(enrolled.secret))
    assert (bad.status_code, list(bad.json["errors"])) == (422, ["code"])
    assert is_stale(house, session)
    code = code_of(enrolled.secret)
    assert prove(house, session, "totp", code=code).status_code == 204
    assert not is_stale(house, session)
    assert prove(house, session, "totp", code=code).status_code == 422, "a code works once, here too"


def test_a_recovery_code_proves_once(house: House, later) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    later(**STALE)
    code = enrolled.recovery_codes[0]
    assert prove(house, enrolled.session, "recovery", code=code).status_code == 204
    assert prove(house, enrolled.session, "recovery", code=code).status_code == 422


def test_a_passkey_proves(house: House, later) -> None:
    house.activate()
    session, device = house.sign_in(), SoftwareAuthenticator()
    add_passkey(house, session, device)
    later(**STALE)
    me = person(house, session)
    begun = me.post("/v1/me/proof/passkey/options").json
    stranger = SoftwareAuthenticator(origin="https://evil.example", keys=device.keys)
    body = {"flow": begun["flow"], "credential": stranger.use(begun["options"])}
    assert me.post("/v1/me/proof/passkey", json=body).json["code"] == "passkey_refused"
    assert is_stale(house, session)
    begun = me.post("/v1/me/proof/passkey/options").json
    body = {"flow": begun["flow"], "credential": device.use(begun["options"])}
    assert me.post("/v1/me/proof/passkey", json=body).status_code == 204
    assert not is_stale(house, session)
    assert me.post("/v1/me/proof/passkey", json=body).status_code == 422, "once"


def test_a_proof_of_one_session_is_none_of_another(house: House, later) -> None:
    house.activate()
    device, first = SoftwareAuthenticator(), house.sign_in()
    add_passkey(house, first, device)
    begun = house.post("sign-in/passkey/options", kind="client").json
    given = {"flow": begun["flow"], "credential": device.use(begun["options"])}
    second = house.post("sign-in/passkey", **given, client=HOME).json["session"]
    later(**STALE)
    begun = person(house, first).post("/v1/me/proof/passkey/options").json
    body = {"flow": begun["flow"], "credential": device.use(begun["options"])}
    assert person(house, second).post("/v1/me/proof/passkey", json=body).status_code == 422
    begun = house.post("sign-in/passkey/options", kind="client").json
    body = {"flow": begun["flow"], "credential": device.use(begun["options"])}
    assert person(house, second).post("/v1/me/proof/passkey", json=body).status_code == 422, "a sign-in is no proof"
    assert is_stale(house, first)
    assert is_stale(house, second)


def test_a_code_that_was_sent_counts_in_this_session_alone(house: House, later) -> None:
    house.activate(mobile="+34600111222")
    first, second = house.sign_in(), house.sign_in()
    later(**STALE)
    sent = person(house, first).post("/v1/me/proof/code", json={})
    assert (sent.status_code, sent.json["channel"]) == (202, "sms")
    code = house.last_code()
    assert prove(house, second, "code", code=code).status_code == 422
    assert prove(house, first, "code", code=wrong(code)).status_code == 422
    assert prove(house, first, "code", code=code).status_code == 204
    assert prove(house, first, "code", code=code).status_code == 422
    assert (is_stale(house, first), is_stale(house, second)) == (False, True)


def test_such_a_code_signs_nobody_in_and_a_sign_ins_proves_nothing(house: House, later) -> None:
    house.activate()
    session = house.sign_in()
    later(**STALE)
    person(house, session).post("/v1/me/proof/code", json={})
    proofs = house.last_code()
    later(seconds=61)
    flow = house.flow()
    assert prove(house, session, "code", code=house.last_code()).status_code == 422
    assert house.give_code(flow, proofs).status_code == 401
    assert house.give_code(flow, house.last_code()).status_code == 200


def test_codes_for_a_proof_have_limits(house: House, later) -> None:
    house.activate()
    me = person(house, house.sign_in())
    assert me.post("/v1/me/proof/code", json={}).status_code == 202
    assert me.post("/v1/me/proof/code", json={}).status_code == 429


def test_guessing_is_counted_as_at_sign_in(house: House, quick_hashing: None) -> None:
    house.activate()
    session = house.sign_in()
    answers = [prove(house, session, "password", password=f"guess {number}").status_code for number in range(12)]
    assert answers[:10] == [422] * 10
    assert 429 in answers


def test_it_is_the_persons_own(house: House) -> None:
    assert house.harness.anyone().get("/v1/me/proof").status_code == 401
    assert house.gateway.get("/v1/me/proof").status_code == 403
    assert house.harness.staff().get("/v1/me/proof").status_code == 401, "a session that identity does not have"

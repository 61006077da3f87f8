"""Who owes a second factor, remembered devices, passwords beside one, and the firm's switches (B2, B6, S11)."""

from typing import Any

import pytest

from services.chassis.columns import new_id
from tests.identity.factors import (
    SoftwareAuthenticator,
    add_passkey,
    challenge,
    code_of,
    enrol_totp,
    give_factor,
    make_staff,
    person,
    sign_in_by_passkey,
    wrong_code_of,
)
from tests.identity.house import AWAY, HOME, OTHER_PASSWORD, PASSWORD, SAVED_BY, House

pytestmark = pytest.mark.usefixtures("mid_step")
SHORT = "vq7#Lr2m!x"


def test_staff_have_no_permission_until_they_enrol(house: House) -> None:
    session = make_staff(house)
    exchanged = house.exchange(session).json
    assert (exchanged["must_enrol"], exchanged["user"]["permissions"]) == (True, [])
    me = person(house, session)
    assert me.get("/v1/users").status_code == 403
    assert me.get("/v1/me").status_code == 200
    assert me.get("/v1/me/security").json["must_enrol"] is True
    enrol_totp(house, session)
    exchanged = house.exchange(session).json
    assert (exchanged["must_enrol"], "clients.read" in exchanged["user"]["permissions"]) == (False, True)
    assert person(house, session).get("/v1/users").status_code == 200


def test_sessions_from_before_the_first_factor_end(house: House) -> None:
    """Whoever came in by the password alone does not get the permissions that the second factor brings."""
    make_staff(house)
    strangers, own = (house.give_password(email="lucia@firm.example", kind="staff").json["session"] for _ in range(2))
    enrol_totp(house, own)
    assert house.exchange(strangers).status_code == 401
    assert house.exchange(own).status_code == 200


def test_staff_cannot_remove_their_last_factor(house: House) -> None:
    session = make_staff(house)
    enrol_totp(house, session)
    me, device = person(house, session), SoftwareAuthenticator()
    refused = me.delete("/v1/me/totp")
    assert (refused.status_code, refused.json["code"]) == (409, "last_factor")
    added = add_passkey(house, session, device).json["passkey"]["id"]
    assert me.delete("/v1/me/totp").status_code == 204
    assert me.delete(f"/v1/me/passkeys/{added}").json["code"] == "last_factor"


def test_a_remembered_device_owes_the_first_factor_only_for_thirty_days(house: House, later) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    answer = give_factor(house, challenge(house), code_of(enrolled.secret), remember=True).json
    here = HOME | {"device": answer["device"]}
    assert "session" in house.give_password(client=here).json
    assert "challenge" in house.give_password(client=HOME).json, "another browser of the same network"
    assert house.give_password(OTHER_PASSWORD, client=here).status_code == 401, "and the first one is still owed"
    later(days=29)
    assert "session" in house.give_password(client=here).json
    later(days=1, minutes=1)
    assert "challenge" in house.give_password(client=here).json


def test_a_device_that_was_not_remembered_is_known_but_owes_both(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    answer = give_factor(house, challenge(house), code_of(enrolled.secret)).json
    assert "challenge" in house.give_password(client=HOME | {"device": answer["device"]}).json


def test_another_persons_device_is_worth_nothing(house: House) -> None:
    house.activate()
    house.activate(email="bea@example.com")
    ana = enrol_totp(house, house.sign_in())
    enrol_totp(house, house.sign_in(email="bea@example.com"))
    device = give_factor(house, challenge(house), code_of(ana.secret), remember=True).json["device"]
    assert "challenge" in house.give_password(email="bea@example.com", client=HOME | {"device": device}).json


def test_a_change_of_factors_or_a_reset_makes_devices_owe_it_again(house: House, later) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    answer = give_factor(house, challenge(house), code_of(enrolled.secret), remember=True).json
    here = HOME | {"device": answer["device"]}
    add_passkey(house, answer["session"], SoftwareAuthenticator())
    asked = house.give_password(client=here).json["challenge"]
    later(minutes=2)
    give_factor(house, asked, code_of(enrolled.secret), client=here, remember=True)
    assert "session" in house.give_password(client=here).json
    reset_password(house, OTHER_PASSWORD)
    assert "challenge" in house.give_password(OTHER_PASSWORD, client=here).json


def reset_password(house: House, password: str) -> Any:
    house.post("passwords/forgot", email="ana@example.com", client=HOME)
    house.work()
    link = house.open(house.recorded("identity.password.reset_requested.v1")[-1]["link"])
    return house.post("passwords/reset", token=link.rpartition("/")[2], password=password)


def test_a_reset_ends_sessions_and_does_not_pass_the_second_factor(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    assert reset_password(house, OTHER_PASSWORD).status_code == 204
    assert house.exchange(enrolled.session).status_code == 401
    assert "challenge" in house.give_password(OTHER_PASSWORD).json
    told = house.recorded("identity.credential.changed.v1")[-1]
    assert (told["credential"], told["change"], told["locale"]) == ("password", "set", "es")


def test_eight_characters_are_enough_beside_a_second_factor_and_bind_to_it(house: House) -> None:
    house.activate()
    session = house.sign_in()
    me = person(house, session)
    assert me.get("/v1/me/security").json["min_password_length"] == 15
    assert me.post("/v1/password", json={"current": PASSWORD, "new": SHORT}).status_code == 422
    enrol_totp(house, session)
    assert me.get("/v1/me/security").json["min_password_length"] == 8
    assert me.post("/v1/password", json={"current": PASSWORD, "new": SHORT[:7]}).status_code == 422
    assert me.post("/v1/password", json={"current": PASSWORD, "new": "password"}).status_code == 422, "block-list"
    assert me.post("/v1/password", json={"current": PASSWORD, "new": SHORT}).status_code == 204
    refused = me.delete("/v1/me/totp")
    assert (refused.status_code, refused.json["code"]) == (409, "password_too_short")
    assert me.post("/v1/password", json={"current": SHORT, "new": OTHER_PASSWORD}).status_code == 204
    assert me.delete("/v1/me/totp").status_code == 204


def test_suspended_and_ended_people_are_told_only_after_both_factors(house: House) -> None:
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    user = next(user for user in house.users() if user["email"] == "ana@example.com")
    house.harness.staff("clients.write").post(f"/v1/users/{user['id']}/suspend")
    asked = challenge(house)
    assert give_factor(house, asked, wrong_code_of(enrolled.secret)).json["code"] == "wrong_factor"
    told = give_factor(house, asked, code_of(enrolled.secret))
    assert (told.status_code, told.json["code"]) == (403, "access_suspended")


def test_an_attacker_without_the_password_cannot_use_up_the_persons_guesses(house: House) -> None:
    """Guesses count on the person only behind a right first factor (threat 22)."""
    house.activate()
    enrolled = enrol_totp(house, house.sign_in())
    for _ in range(15):
        assert give_factor(house, "made-up", wrong_code_of(enrolled.secret), client=AWAY).status_code == 401
    assert give_factor(house, challenge(house), code_of(enrolled.secret)).status_code == 200


def switch(house: House, **off: bool) -> None:
    switches = {"password_sign_in": True, "code_sign_in": True, "passkey_sign_in": True, "colleague_invitations": False}
    house.settings(switches=switches | off, version=9)


def ways(house: House, kind: str = "client") -> dict[str, Any]:
    found: dict[str, Any] = house.gateway.get(f"/v1/sign-in/ways?kind={kind}").json
    return found


def test_the_ways_in_are_what_the_firm_says(house: House) -> None:
    assert ways(house) == {"password": True, "code": True, "passkey": True, "oidc": None}
    switch(house, password_sign_in=False)
    assert ways(house) == {"password": False, "code": True, "passkey": True, "oidc": None}
    assert ways(house, "staff") == {"password": True, "code": False, "passkey": True, "oidc": None}


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_a_way_that_is_off_lets_nobody_in(house: House, email: str) -> None:
    house.activate()
    flow = house.flow(email)
    switch(house, password_sign_in=False)
    refused = house.give_password(email=email)
    assert (refused.status_code, refused.json["code"]) == (403, "way_off")
    switch_again = {"code_sign_in": False}
    house.settings(switches={"password_sign_in": True, "passkey_sign_in": True} | switch_again, version=10)
    for answer in (house.start(email), house.give_code(flow, "123456")):
        assert (answer.status_code, answer.json["code"]) == (403, "way_off")


def test_control_a_way_that_is_on_lets_the_person_in(house: House) -> None:
    house.activate()
    switch(house, code_sign_in=False)
    assert "session" in house.give_password().json


def test_a_new_address_is_not_entered_by_an_old_factor(house: House) -> None:
    """Whoever reads the new address must prove it by the invitation: nothing of before lets in."""
    contact = house.activate()
    device, session = SoftwareAuthenticator(), house.sign_in()
    add_passkey(house, session, device)
    assert sign_in_by_passkey(house, device).status_code == 200, "control"
    house.save_again(contact, email="ana.new@example.com")
    refused = sign_in_by_passkey(house, device)
    assert (refused.status_code, refused.json["code"]) == (401, "passkey_refused")


def test_a_number_that_a_client_wrote_gets_no_code_until_the_firm_writes_it(house: House, later) -> None:
    by_client = {"kind": "client", "id": str(new_id()), "name": "Ana Acosta"}
    contact = house.activate(mobile=None)
    contact = house.save_again(contact, mobile="+34600111222", saved_by=by_client)
    house.flow()
    assert house.recorded("identity.code.issued.v1")[-1]["channel"] == "email"
    contact = house.save_again(contact, mobile="+34600333444", saved_by=SAVED_BY)
    later(seconds=61)
    house.flow(client=AWAY)
    issued = house.recorded("identity.code.issued.v1")[-1]
    assert (issued["channel"], issued["to"]) == ("sms", "+34600333444")

"""Passkeys by WebAuthn: registered, used, and everything that must be refused (B2; threats 4, 15, 19, 20)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes

from services.identity.passkeys import ceremonies, relying_party
from services.identity.passkeys.models import Ceremony
from tests.identity.factors import (
    SoftwareAuthenticator,
    add_passkey,
    begin_passkey,
    challenge,
    code_of,
    give_factor,
    give_passkey,
    make_staff,
    person,
    sign_in_by_passkey,
)
from tests.identity.house import House

pytestmark = pytest.mark.usefixtures("mid_step")
REFUSED = (401, "passkey_refused")


@pytest.fixture
def device() -> SoftwareAuthenticator:
    """An authenticator without a credential."""
    return SoftwareAuthenticator()


@pytest.fixture
def ana(house: House, device: SoftwareAuthenticator) -> str:
    """Ana's session, in which she added a passkey."""
    house.activate()
    session = house.sign_in()
    answer = add_passkey(house, session, device)
    assert answer.status_code == 201, answer.text
    assert len(answer.json["recovery_codes"]) == 10
    return session


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_passkey_alone_signs_in_and_is_two_factors(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    answer = sign_in_by_passkey(house, device)
    assert answer.status_code == 200, answer.text
    exchanged = house.exchange(answer.json["session"]).json
    assert {"hwk", "mfa"} <= set(exchanged["methods"])
    assert house.recorded("identity.user.signed_in.v1")[-1]["method"] == "passkey"
    (shown,) = person(house, ana).get("/v1/me/security").json["passkeys"]
    assert (shown["name"], bool(shown["last_used_at"])) == ("Laptop", True)


def test_what_the_browser_is_asked_for(house: House, ana: str) -> None:
    creation = person(house, ana).post("/v1/me/passkeys/options").json["options"]
    assert creation["rp"]["id"] == "portal.example"
    assert creation["authenticatorSelection"]["userVerification"] == "required"
    assert creation["authenticatorSelection"]["residentKey"] == "required"
    assert len(creation["excludeCredentials"]) == 1
    options = begin_passkey(house)["options"]
    assert (options["rpId"], options["userVerification"]) == ("portal.example", "required")
    assert options.get("allowCredentials", []) == [], "nobody is named before a first factor"
    assert len(base64url_to_bytes(options["challenge"])) == 32


def test_it_is_the_second_factor_after_a_password(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    asked = house.give_password().json
    assert asked["factors"][0] == "passkey"
    begun = begin_passkey(house, challenge=asked["challenge"])
    assert len(begun["options"]["allowCredentials"]) == 1
    answer = give_passkey(house, begun["flow"], device.use(begun["options"]))
    assert answer.status_code == 200, answer.text
    assert {"pwd", "mfa"} <= set(house.exchange(answer.json["session"]).json["methods"])
    again = house.post("sign-in/passkey/options", kind="client", challenge=asked["challenge"])
    assert outcome(again) == (401, "challenge_over")


def test_staff_sign_in_by_passkey(house: House, device: SoftwareAuthenticator) -> None:
    session = make_staff(house)
    assert add_passkey(house, session, device).status_code == 201
    answer = sign_in_by_passkey(house, device, "staff")
    exchanged = house.exchange(answer.json["session"]).json
    assert (exchanged["must_enrol"], "clients.read" in exchanged["user"]["permissions"]) == (False, True)
    assert outcome(sign_in_by_passkey(house, device, "client")) == REFUSED, "not on the other side of the house"


Bend = Callable[[SoftwareAuthenticator, dict[str, Any]], dict[str, Any]]


def without_verification(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    device.verifies_user = False
    return device.use(options)


def elsewhere(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    device.origin = "https://portal.example.evil.example"
    return device.use(options)


def altered(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    used = device.use(options)
    used["response"]["signature"] = device.use(options)["response"]["signature"]
    return used


def with_unknown_key(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    known = device.keys[-1]
    device.make({"user": {"id": "AAAA"}, "rp": {"id": "portal.example"}, "challenge": "AAAA"})
    device.keys[-1].user = known.user
    return device.use(options)


def copied_key(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    device.keys[-1].count = 0
    device.counts = False
    return device.use(options)


def another_users(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    device.keys[-1].user = bytes(16)
    return device.use(options)


BENT: dict[str, Bend] = {
    "no user verification": without_verification,
    "another origin": elsewhere,
    "another domain": lambda device, options: device.use(options, rp_id="evil.example"),
    "another challenge": lambda device, options: device.use(
        options, challenge="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    ),
    "a registration": lambda device, options: device.use(options, type="webauthn.create"),
    "in a frame": lambda device, options: device.use(options, crossOrigin=True),
    "another signature": altered,
    "an unknown key": with_unknown_key,
    "a count that does not grow": copied_key,
    "another user's handle": another_users,
    "nothing": lambda device, options: {"id": "x", "response": {}},
    "rubbish": lambda device, options: {"id": device.use(options)["id"], "response": {"clientDataJSON": "é", "x": [1]}},
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT.keys())
def test_what_is_not_as_it_must_be_is_refused_with_one_answer(
    house: House, ana: str, device: SoftwareAuthenticator, bend: Bend
) -> None:
    assert sign_in_by_passkey(house, device).status_code == 200, "control: the same device gets in"
    begun = begin_passkey(house)
    answer = give_passkey(house, begun["flow"], bend(device, begun["options"]))
    assert outcome(answer) == REFUSED
    unknown = give_passkey(house, "no-such-flow", bend(device, begun["options"]))
    assert {**answer.json, "request_id": ""} == {**unknown.json, "request_id": ""}


def test_a_ceremony_counts_once(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    begun = begin_passkey(house)
    used = device.use(begun["options"])
    assert give_passkey(house, begun["flow"], used).status_code == 200
    assert outcome(give_passkey(house, begun["flow"], used)) == REFUSED, "replayed"
    assert outcome(give_passkey(house, begun["flow"], device.use(begun["options"]))) == REFUSED


def test_of_fifty_uses_at_once_one_succeeds(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    begun = begin_passkey(house)
    used = device.use(begun["options"])
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: give_passkey(house, begun["flow"], used).status_code, range(50)))
    assert (answers.count(200), answers.count(401)) == (1, 49)


def test_control_a_ceremony_that_stays_open_lets_a_count_free_key_be_replayed(
    house: House, ana: str, device: SoftwareAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many passkeys never count (their count stays 0): then the single use is all that stands against a replay."""
    real = ceremonies.take

    def leaky(session: Any, token: str, purpose: str, **kwargs: Any) -> Ceremony | None:
        found = real(session, token, purpose, **kwargs)
        if found:
            found.used_at = None
        return found

    monkeypatch.setattr(ceremonies, "take", leaky)
    device.counts = False
    begun = begin_passkey(house)
    used = device.use(begun["options"])
    assert [give_passkey(house, begun["flow"], used).status_code for _ in range(2)] == [200, 200]


def test_a_ceremony_is_for_its_browser_purpose_and_five_minutes(
    house: House, ana: str, device: SoftwareAuthenticator, later
) -> None:
    """The attacker's flow takes no answer of the victim's, and the flow of a registration no sign-in (threat 19)."""
    attackers, victims = begin_passkey(house), begin_passkey(house)
    assert outcome(give_passkey(house, attackers["flow"], device.use(victims["options"]))) == REFUSED
    registration = person(house, ana).post("/v1/me/passkeys/options").json
    options = {"challenge": registration["options"]["challenge"], "rpId": "portal.example"}
    assert outcome(give_passkey(house, registration["flow"], device.use(options))) == REFUSED
    begun = begin_passkey(house)
    later(minutes=5, seconds=1)
    assert outcome(give_passkey(house, begun["flow"], device.use(begun["options"]))) == REFUSED


def test_a_challenge_is_answered_by_a_passkey_of_the_same_person_only(
    house: House, ana: str, device: SoftwareAuthenticator
) -> None:
    house.activate(email="bea@example.com")
    bea, other = house.sign_in(email="bea@example.com"), SoftwareAuthenticator()
    assert add_passkey(house, bea, other).status_code == 201
    begun = begin_passkey(house, challenge=challenge(house))
    assert outcome(give_passkey(house, begun["flow"], other.use(begun["options"]))) == REFUSED
    assert sign_in_by_passkey(house, other).status_code == 200, "control: for herself it works"


@pytest.mark.parametrize(
    "bend",
    [
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"origin": "https://evil.example"},
        {"type": "webauthn.get"},
        {"crossOrigin": True},
        {"rp_id": "evil.example"},
    ],
    ids=lambda bend: next(iter(bend)),
)
def test_a_registration_that_is_not_as_it_must_be_is_refused(
    house: House, ana: str, device: SoftwareAuthenticator, bend: dict[str, Any]
) -> None:
    me, other = person(house, ana), SoftwareAuthenticator()
    begun = me.post("/v1/me/passkeys/options").json
    body = {"flow": begun["flow"], "name": "Phone", "credential": other.make(begun["options"], **bend)}
    assert outcome(me.post("/v1/me/passkeys", json=body)) == (422, "passkey_refused")
    body["credential"] = other.make(begun["options"])
    assert me.post("/v1/me/passkeys", json=body).status_code == 422, "the ceremony is used up"


def test_a_registration_without_user_verification_is_refused(house: House, ana: str) -> None:
    careless = SoftwareAuthenticator(verifies_user=False)
    assert outcome(add_passkey(house, ana, careless)) == (422, "passkey_refused")


def test_control_without_asking_for_verification_it_is_taken(
    house: House, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = relying_party.webauthn.verify_registration_response

    def lenient(**given: Any) -> Any:
        return real(**given | {"require_user_verification": False})

    monkeypatch.setattr(relying_party.webauthn, "verify_registration_response", lenient)
    assert add_passkey(house, ana, SoftwareAuthenticator(verifies_user=False)).status_code == 201


def test_a_credential_is_registered_once(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    house.activate(email="bea@example.com")
    bea = person(house, house.sign_in(email="bea@example.com"))
    begun = bea.post("/v1/me/passkeys/options").json
    thief = SoftwareAuthenticator()
    made = thief.make(begun["options"])
    assert bea.post("/v1/me/passkeys", json={"flow": begun["flow"], "credential": made, "name": "A"}).status_code == 201
    begun = person(house, ana).post("/v1/me/passkeys/options").json
    again = SoftwareAuthenticator(keys=[])
    made = again.make(begun["options"])
    again.keys[-1].id = thief.keys[-1].id
    # The same key under the same id, signed over for another person: refused, whoever was first keeps it.
    body = {"flow": begun["flow"], "credential": _with_id(again, begun["options"]), "name": "B"}
    assert outcome(person(house, ana).post("/v1/me/passkeys", json=body)) == (409, "passkey_taken")


def _with_id(device: SoftwareAuthenticator, options: dict[str, Any]) -> dict[str, Any]:
    wanted = device.keys[-1].id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.identity.factors.secrets.token_bytes", lambda _count: wanted)
        return device.make({**options, "excludeCredentials": []})


def test_a_person_renames_and_removes_their_own_and_no_other(
    house: House, ana: str, device: SoftwareAuthenticator
) -> None:
    house.activate(email="bea@example.com")
    bea = person(house, house.sign_in(email="bea@example.com"))
    me = person(house, ana)
    passkey = me.get("/v1/me/security").json["passkeys"][0]["id"]
    assert bea.patch(f"/v1/me/passkeys/{passkey}", json={"name": "Mine"}).status_code == 404
    assert bea.delete(f"/v1/me/passkeys/{passkey}").status_code == 404
    assert me.patch(f"/v1/me/passkeys/{passkey}", json={"name": ""}).status_code == 422
    assert me.patch(f"/v1/me/passkeys/{passkey}", json={"name": "Desk"}).json["name"] == "Desk"
    assert me.delete(f"/v1/me/passkeys/{passkey}").status_code == 204
    assert outcome(sign_in_by_passkey(house, device)) == REFUSED
    changes = [(told["credential"], told["change"]) for told in house.recorded("identity.credential.changed.v1")]
    assert changes == [("passkey", "set"), ("passkey", "removed")]


def test_a_suspended_person_is_told_why_only_once_the_passkey_is_proved(
    house: House, ana: str, device: SoftwareAuthenticator
) -> None:
    user = next(user for user in house.users() if user["email"] == "ana@example.com")
    house.harness.staff("clients.write").post(f"/v1/users/{user['id']}/suspend")
    begun = begin_passkey(house)
    assert outcome(give_passkey(house, begun["flow"], without_verification(device, begun["options"]))) == REFUSED
    device.verifies_user = True
    assert outcome(sign_in_by_passkey(house, device)) == (403, "access_suspended")


def test_the_firm_switches_it_off_as_a_first_factor(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    begun = begin_passkey(house)
    switches = {
        "password_sign_in": True,
        "code_sign_in": True,
        "passkey_sign_in": False,
        "colleague_invitations": False,
    }
    house.settings(switches=switches, version=9)
    off = house.post("sign-in/passkey/options", kind="client")
    assert outcome(off) == (403, "way_off")
    assert outcome(give_passkey(house, begun["flow"], device.use(begun["options"]))) == (403, "way_off")
    assert sign_in_by_passkey(house, device, challenge=challenge(house)).status_code == 200, "as a second one it stays"
    assert house.post("sign-in/passkey/options", kind="staff").status_code == 200, "and staff keep all"


def test_both_factors_side_by_side(house: House, ana: str, device: SoftwareAuthenticator) -> None:
    me = person(house, ana)
    secret = me.post("/v1/me/totp").json["secret"]
    assert me.post("/v1/me/totp/confirm", json={"code": code_of(secret, -1)}).json == {"recovery_codes": None}
    asked = house.give_password().json
    assert asked["factors"] == ["passkey", "totp", "recovery"]
    assert give_factor(house, asked["challenge"], code_of(secret)).status_code == 200

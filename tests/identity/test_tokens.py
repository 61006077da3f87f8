"""Tokens: who signs, who is believed, and what forgers try (threat 8; RFC 8725)."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey
from sqlalchemy import select

from services.chassis import auth, clock, service_tokens, token_keys
from services.chassis.columns import new_id
from services.chassis.problems import Problem
from services.chassis.secrets import ServiceKey
from services.chassis.settings import KeyFolder
from services.contracts import SERVICES
from services.identity.tokens.keys import ring_of
from services.identity.tokens.models import TokenKey
from tests.identity.house import House


@pytest.fixture
def passport(house: House) -> str:
    """A passport that identity gave."""
    house.activate()
    token: str = house.exchange(house.sign_in()).json["passport"]
    return token


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def verifier(house: House, audience: str) -> auth.Verifier:
    """Return how a service checks tokens: with what identity publishes, and nothing else."""
    published = house.harness.anyone().get("/v1/keys").json
    return auth.Verifier(token_keys.StaticKeys(KeySet.import_key_set(published)), audience)


def refused(house: House, token: str, audience: str = "portal") -> bool:
    try:
        verifier(house, audience).verify(token)
    except Problem as problem:
        return problem.status == 401
    return False


def test_every_service_believes_a_passport_and_the_gateway_needs_none(house: House, passport: str) -> None:
    for name in SERVICES:
        assert refused(house, passport, name) is (name == "gateway")
    caller = verifier(house, "signing").verify(passport)
    assert (caller.kind, caller.email, caller.locale) == ("client", "ana@example.com", "es")
    assert caller.account_id == caller.accounts[0].account_id
    assert caller.methods == ("pwd",)
    assert abs(caller.authenticated_at - clock.now().timestamp()) < 60


def test_a_passport_lives_a_minute(house: House, passport: str, later) -> None:
    claims = claims_of(passport)
    assert claims["exp"] - claims["iat"] == 60
    later(seconds=55)
    assert not refused(house, passport)
    later(seconds=15)
    assert refused(house, passport)
    assert house.harness.with_token(passport).get("/v1/me").status_code == 401


def test_forged_tokens_are_refused(house: House, passport: str) -> None:
    header, body, signature = passport.split(".")
    published = house.harness.anyone().get("/v1/keys").json["keys"][0]
    kid = published["kid"]
    claims = claims_of(passport)
    eves = OKPKey.generate_key("Ed25519", {"kid": kid})
    public_bytes = base64.urlsafe_b64decode(published["x"] + "=")
    public_pem = OKPKey.import_key(published).as_pem(private=False)

    def hs256(secret: bytes) -> str:
        head = f"{part({'alg': 'HS256', 'kid': kid, 'typ': 'JWT'})}.{body}"
        return f"{head}.{part(hmac.digest(secret, head.encode(), hashlib.sha256))}"

    def signed(key: OKPKey, head: dict[str, Any], what: dict[str, Any]) -> str:
        return jwt.encode({"alg": auth.ALGORITHM} | head, what, key, algorithms=auth.ALGORITHMS)

    forgeries = {
        "alg none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "alg None": f"{part({'alg': 'None', 'kid': kid})}.{body}.",
        "alg none, old signature": f"{part({'alg': 'none', 'kid': kid})}.{body}.{signature}",
        "no alg": f"{part({'kid': kid})}.{body}.{signature}",
        "no signature": f"{header}.{body}.",
        "HS256 with the public key's bytes": hs256(public_bytes),
        "HS256 with the public key's PEM": hs256(public_pem),
        "HS256 with the public key's text": hs256(published["x"].encode()),
        "HS256 with nothing": hs256(b""),
        "own key under the right kid": signed(eves, {"kid": kid}, claims),
        "own key under an unknown kid": signed(eves, {"kid": "eve"}, claims),
        "own key without a kid": signed(eves, {}, claims),
        "own key inside": signed(eves, {"kid": kid, "jwk": eves.as_dict(private=False)}, claims),
        "claims changed": f"{header}.{part(claims | {'kind': 'staff', 'permissions': ['staff.manage']})}.{signature}",
        "signature changed": f"{header}.{body}.{'A' * len(signature)}",
        "two parts": f"{header}.{body}",
        "not base64": "a.b.c",
        "nothing": "",
        "JSON": json.dumps({"protected": header, "payload": body, "signature": signature}),
    }
    for name, token in forgeries.items():
        assert refused(house, token), name
        assert house.harness.with_token(token or "x").get("/v1/me").status_code == 401, name


def test_control_the_same_claims_signed_by_identity_are_believed(house: House, passport: str) -> None:
    """What makes a forgery fail is the signature alone: with identity's own key the changed claims pass."""
    signer = ring_of(house.harness.runtime).signer()
    changed = claims_of(passport) | {"kind": "staff", "permissions": ["staff.manage"]}
    token = jwt.encode({"alg": auth.ALGORITHM, "kid": signer.kid}, changed, signer.key, algorithms=auth.ALGORITHMS)
    assert verifier(house, "portal").verify(token).can("staff.manage")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": ["documents"]},
        {"aud": "gateway"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"sub": "not-an-id"},
        {"kind": None},
        {"name": None},
    ],
)
def test_a_well_signed_token_with_wrong_claims_is_refused(house: House, passport: str, change: dict[str, Any]) -> None:
    signer = ring_of(house.harness.runtime).signer()
    claims = {name: value for name, value in (claims_of(passport) | change).items() if value is not None}
    if change.get("name", "") is None:
        claims.pop("name", None)
    token = jwt.encode({"alg": auth.ALGORITHM, "kid": signer.kid}, claims, signer.key, algorithms=auth.ALGORITHMS)
    assert refused(house, token)


def test_hs256_signed_by_the_library_itself_is_refused(house: House, passport: str) -> None:
    key = OctKey.import_key(b"0" * 32)
    token = jwt.encode({"alg": "HS256"}, claims_of(passport), key)
    assert refused(house, token)


def test_the_published_keys_have_no_private_part(house: House) -> None:
    answer = house.harness.anyone().get("/v1/keys")
    assert answer.status_code == 200
    for key in answer.json["keys"]:
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_the_private_part_rests_sealed(house: House) -> None:
    with house.harness.database.reading() as session:
        (key,) = session.scalars(select(TokenKey)).all()
    private = json.loads(house.harness.runtime.sealer.open(key.private_sealed))["d"]
    assert private not in key.private_sealed
    assert "d" not in key.public
    other = KeyFolder(house.harness.folder / "keys", SERVICES)
    with pytest.raises(ValueError, match="cannot be opened"):
        type(house.harness.runtime.sealer)(ServiceKey(other.key("portal")), other.public_keys()).open(
            key.private_sealed
        )


def assertion_of(house: House, name: str) -> str:
    return service_tokens.assertion(name, ServiceKey(KeyFolder(house.harness.folder / "keys", SERVICES).key(name)))


def ask(house: House, assertion: str, audience: str = "documents") -> Any:
    return house.harness.anyone().post("/v1/service-tokens", json={"client_assertion": assertion, "audience": audience})


def test_a_service_gets_a_token_for_one_other(house: House) -> None:
    answer = ask(house, assertion_of(house, "signing"))
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 300
    caller = verifier(house, "documents").verify(answer.json["token"])
    assert (caller.kind, caller.id) == ("service", "signing")
    assert refused(house, answer.json["token"], "portal")


def test_the_gateways_own_token_opens_the_sign_in(house: House) -> None:
    token = ask(house, assertion_of(house, "gateway"), "identity").json["token"]
    body = {"email": "ana@example.com", "client": {"ip": "203.0.113.7"}}
    assert house.harness.with_token(token).post("/v1/sign-in/start", json=body).status_code == 200
    others = ask(house, assertion_of(house, "portal"), "identity").json["token"]
    assert house.harness.with_token(others).post("/v1/sign-in/start", json=body).status_code == 403


def test_an_assertion_works_once(house: House) -> None:
    assertion = assertion_of(house, "signing")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(house, assertion).status_code, range(16)))
    assert sorted(answers) == [200] + [401] * 15


def test_an_assertion_of_another_or_of_none_gets_nothing(house: House, later) -> None:
    folder = KeyFolder(house.harness.folder / "keys", SERVICES)
    signing, eve = ServiceKey(folder.key("signing")).signing, OKPKey.generate_key("Ed25519")
    now = int(clock.now().timestamp())
    good = {"iss": "signing", "sub": "signing", "aud": auth.ISSUER, "iat": now, "exp": now + 60}

    def made(key: OKPKey, **change: Any) -> str:
        claims = {name: value for name, value in (good | {"jti": str(new_id())} | change).items() if value is not None}
        return jwt.encode({"alg": auth.ALGORITHM}, claims, key, algorithms=auth.ALGORITHMS)

    wrong = {
        "another key": made(eve),
        "another's name": made(signing, iss="portal", sub="portal"),
        "two names": made(signing, sub="portal"),
        "an unknown name": made(eve, iss="eve", sub="eve"),
        "no name": made(signing, iss=None),
        "a name that is none": made(signing, iss=["signing"]),
        "for someone else": made(signing, aud="https://evil.example"),
        "for nobody": made(signing, aud=None),
        "over": made(signing, exp=now - 60),
        "for ever": made(signing, exp=now + 86400),
        "without an end": made(signing, exp=None),
        "with a text as end": made(signing, exp="tomorrow"),
        "without an id": made(signing, jti=None),
        "alg none": f"{part({'alg': 'none'})}.{part(good | {'jti': 'x'})}.",
        "garbage": "a.b.c",
        "not a token": "signing",
        "a body that is a list": f"{part({'alg': auth.ALGORITHM})}.{part(['signing'])}.{part(b'x' * 64)}",
    }
    for name, assertion in wrong.items():
        answer = ask(house, assertion)
        assert (answer.status_code, answer.json["code"]) == (401, "invalid_client"), name
    assert ask(house, made(signing)).status_code == 200
    assert ask(house, made(signing), "nowhere").status_code == 422


def test_an_assertion_is_no_token_and_a_token_is_no_assertion(house: House) -> None:
    assertion = assertion_of(house, "gateway")
    assert house.harness.with_token(assertion).post("/v1/sign-in/start", json={}).status_code == 401
    token = ask(house, assertion_of(house, "gateway"), "identity").json["token"]
    assert ask(house, token).status_code == 401


def test_rotation_keeps_what_was_signed_and_moves_on(house: House, passport: str, later) -> None:
    ring = ring_of(house.harness.runtime)
    old = ring.signer().kid
    later(days=91)
    house.harness.run_timer("rotate_signing_key")
    ring.forget()
    kids = [key["kid"] for key in house.harness.anyone().get("/v1/keys").json["keys"]]
    assert old in kids
    assert len(kids) == 2, "the new key is published before it signs"
    assert ring.signer().kid == old
    later(seconds=16)
    ring.forget()
    new = ring.signer().kid
    assert new != old
    session = house.sign_in()
    assert not refused(house, house.exchange(session).json["passport"])
    later(hours=2)
    house.harness.run_timer("rotate_signing_key")
    ring.forget()
    assert [key["kid"] for key in house.harness.anyone().get("/v1/keys").json["keys"]] == [new]


def test_a_young_key_is_not_rotated(house: House, later) -> None:
    later(days=89)
    house.harness.run_timer("rotate_signing_key")
    assert len(house.harness.anyone().get("/v1/keys").json["keys"]) == 1


def test_a_token_of_a_key_that_is_published_no_more_is_refused(house: House, later) -> None:
    house.activate()
    ring = ring_of(house.harness.runtime)
    gone = ring.signer()
    later(days=91)
    house.harness.run_timer("rotate_signing_key")
    later(hours=2)
    ring.forget()
    claims = claims_of(house.exchange(house.sign_in()).json["passport"])
    token = jwt.encode({"alg": auth.ALGORITHM, "kid": gone.kid}, claims, gone.key, algorithms=auth.ALGORITHMS)
    assert refused(house, token)
    assert house.harness.with_token(token).get("/v1/me").status_code == 401

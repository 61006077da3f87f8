"""What it costs a service to know who calls: a passport seen before against the same check anew (microseconds)."""

import time
from collections.abc import Callable

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from services.chassis import auth, token_keys
from services.chassis.columns import new_id

MOST_MICROSECONDS = 50
LEAST_RATIO = 5
ROUNDS, CALLS = 30, 200


def passport(key: OKPKey) -> str:
    """Return a passport such as identity gives a client of three accounts."""
    now = int(time.time())
    accounts = [{"account_id": str(new_id()), "contact_id": str(new_id()), "role": "owner"} for _ in range(3)]
    claims = {
        "iss": auth.ISSUER,
        "aud": ["identity", "portal", "documents", "signing", "notifications"],
        "iat": now,
        "exp": now + 600,
        "sub": str(new_id()),
        "kind": "client",
        "sid": str(new_id()),
        "name": "Ana Acosta",
        "email": "ana@talleres-acosta.example",
        "locale": "es",
        "timezone": "Europe/Madrid",
        "permissions": [],
        "accounts": accounts,
        "account_id": accounts[0]["account_id"],
        "contact_id": accounts[0]["contact_id"],
        "amr": ["pwd", "otp", "mfa"],
        "auth_time": now,
    }
    return jwt.encode({"alg": auth.ALGORITHM, "kid": "bench"}, claims, key, algorithms=auth.ALGORITHMS)


def microseconds(check: Callable[[], object], calls: int) -> float:
    """Return what one call takes in the best of some rounds, so that what else the machine does counts little."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(calls):
            check()
        rounds.append((time.perf_counter() - began) / calls)
    return min(rounds) * 1e6


def test_a_passport_seen_before_is_checked_in_microseconds(capsys: pytest.CaptureFixture[str]) -> None:
    key = OKPKey.generate_key("Ed25519", {"kid": "bench"})
    keys = KeySet([OKPKey.import_key(key.as_dict(private=False))])
    verifier, token = auth.Verifier(token_keys.StaticKeys(keys), "portal"), passport(key)
    access = auth.Access(client=frozenset({"owner", "member"}))

    def warm() -> bool:
        return auth.may(verifier.verify(token), access)

    def fresh() -> bool:
        verifier._known.clear()
        return auth.may(verifier.verify(token), access)

    assert warm()
    quick, slow = microseconds(warm, CALLS), microseconds(fresh, CALLS // 10)
    with capsys.disabled():
        print(f"\npassport check: {quick:.1f} µs seen before, {slow:.0f} µs anew, {slow / quick:.0f} times")
    assert quick < MOST_MICROSECONDS
    assert slow / quick > LEAST_RATIO

"""Client assertions: how a service proves to identity who it is (private_key_jwt, RFC 7523, section 3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import ALGORITHMS, ISSUER, LEEWAY_SECONDS
from services.chassis.database import insert_into
from services.chassis.problems import Problem
from services.chassis.secrets import PublicKeys, hash_token
from services.identity.tokens.models import UsedAssertion

MAX_LIFE_SECONDS = 120


def accept_assertion(session: Session, known: PublicKeys, assertion: str) -> str:
    """Return the service that signed `assertion` and mark it used; raise a 401 `Problem` for any other.

    `known` are the public keys of all parts: who is not among them cannot get a token.
    """
    try:
        claims = _verified(known, assertion)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise _refused() from error
    if not _first_use(session, claims):
        raise _refused()
    return str(claims["iss"])


def _verified(known: PublicKeys, assertion: str) -> Mapping[str, Any]:
    # The issuer is read before the signature is checked, only to know with which key to check it.
    unverified = jws.extract_compact(assertion.encode())
    name = _issuer(unverified.payload)
    key = OKPKey.import_key(dict(known[name]["sign"]))
    claims = jwt.decode(assertion, key, algorithms=ALGORITHMS).claims
    now = int(clock.now().timestamp())
    jwt.JWTClaimsRegistry(
        now=lambda: now,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": name},
        sub={"essential": True, "value": name},
        aud={"essential": True, "value": ISSUER},
        exp={"essential": True},
        jti={"essential": True},
    ).validate(claims)
    if not now < claims["exp"] + LEEWAY_SECONDS <= now + MAX_LIFE_SECONDS + 2 * LEEWAY_SECONDS:
        raise ValueError("an assertion lives two minutes at most")
    return claims


def _issuer(payload: bytes) -> str:
    name = orjson.loads(payload)["iss"]
    if not isinstance(name, str):
        raise ValueError("iss must be a string")
    return name


def _first_use(session: Session, claims: Mapping[str, Any]) -> bool:
    expires_at = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=LEEWAY_SECONDS)
    row = (
        insert_into(session, UsedAssertion)
        .values(jti_hash=hash_token(f"{claims['iss']} {claims['jti']}"), expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(UsedAssertion.jti_hash)
    )
    return session.execute(row).first() is not None


def delete_expired(session: Session) -> None:
    """Forget the assertions that are over and could not be used again anyway."""
    session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at <= clock.now()))


def _refused() -> Problem:
    return Problem(401, "invalid_client", "The assertion is not accepted")

"""Passports and service tokens: short EdDSA JWTs (RFC 7519, 8037), as `services.chassis.auth` verifies them."""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwt

from services.chassis import clock
from services.chassis.auth import ALGORITHM, ALGORITHMS, ISSUER
from services.identity.roles import permissions_of
from services.identity.sessions.models import UserSession
from services.identity.tokens.keys import KeyRing
from services.identity.users.models import AccountAccess, User

PASSPORT_SECONDS = 60
SERVICE_TOKEN_SECONDS = 300


def issue_passport(
    ring: KeyRing,
    audience: Sequence[str],
    user: User,
    session: UserSession,
    accounts: Sequence[AccountAccess],
    active: AccountAccess | None,
    *,
    must_enrol: bool = False,
) -> tuple[str, int]:
    """Return a passport and the seconds that it lives: who, how signed in, which accounts and permissions.

    Staff who `must_enrol` a second factor have no permission until they have. Staff who view as a client get that
    client's passport, which says who is `acting` and that nothing may be changed with it.
    """
    claims: dict[str, Any] = {
        "aud": [name for name in audience if name != "gateway"],
        "sub": str(user.id),
        "kind": user.kind,
        "sid": str(session.id),
        "name": user.name,
        "email": user.email,
        "locale": user.locale,
        "timezone": user.timezone,
        "permissions": [] if must_enrol else sorted(permissions_of(user.role, assigned_only=user.assigned_only)),
        "assigned_only": user.assigned_only,
        "accounts": [
            {"account_id": str(entry.account_id), "contact_id": str(entry.contact_id), "role": entry.role}
            for entry in accounts
        ],
        "account_id": str(active.account_id) if active else None,
        "contact_id": str(active.contact_id) if active else None,
        "amr": session.methods,
        "auth_time": int(session.authenticated_at.timestamp()),
    }
    if must_enrol:
        claims["must_enrol"] = True
    if session.viewed_by:
        claims |= {"acting": {"id": str(session.viewed_by), "name": session.viewed_by_name}, "read_only": True}
    return _sign(ring, claims, PASSPORT_SECONDS), PASSPORT_SECONDS


def issue_service_token(ring: KeyRing, service: str, audience: str) -> tuple[str, int]:
    """Return a token that says to `audience` alone that `service` calls, and the seconds that it lives."""
    claims = {"aud": audience, "sub": service, "kind": "service"}
    return _sign(ring, claims, SERVICE_TOKEN_SECONDS), SERVICE_TOKEN_SECONDS


def _sign(ring: KeyRing, claims: Mapping[str, Any], seconds: int) -> str:
    signer = ring.signer()
    now = int(clock.now().timestamp())
    statement = {"iss": ISSUER, "iat": now, "exp": now + seconds, **claims}
    header = {"alg": ALGORITHM, "kid": signer.kid, "typ": "JWT"}
    return jwt.encode(header, statement, signer.key, algorithms=ALGORITHMS)

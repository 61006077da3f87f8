"""Which ways in there are: the firm switches those of its clients on and off (S11); staff has all that it needs."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis.problems import Problem
from services.identity.settings import IdentitySettings
from services.identity.users.firm import firm
from services.identity.users.models import STAFF

STAFF_WAYS = {"password": True, "code": False, "passkey": True}


def switched_on(session: Session, kind: str) -> dict[str, bool]:
    """Return which of password, code and passkey let that kind of person in."""
    if kind == STAFF:
        return STAFF_WAYS
    decided = firm(session)
    return {
        "password": decided.password_sign_in,
        "code": decided.code_sign_in,
        "passkey": decided.passkey_sign_in,
    }


def ways(session: Session, settings: IdentitySettings, kind: str) -> dict[str, Any]:
    """Return the ways in, as the sign-in page of that kind of person shows them."""
    name = settings.oidc_name if kind == STAFF and settings.oidc_issuer else ""
    return {**switched_on(session, kind), "oidc": {"name": name} if name else None}


def refusal(session: Session, kind: str, way: str) -> Problem | None:
    """Return the answer for a way in that the firm has switched off, whoever asks; None for one that is open."""
    if switched_on(session, kind)[way]:
        return None
    return Problem(403, "way_off", "This way to sign in is switched off", "Please sign in in another way.")

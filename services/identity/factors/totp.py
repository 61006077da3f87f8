"""Codes of authenticator apps: TOTP (RFC 6238) with what every app takes: SHA-1, six digits, 30 seconds."""

import hmac
import re
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT = 1
"""One step to either side: section 5.2 of RFC 6238 recommends no more for clocks that differ and slow hands."""


def new_secret() -> str:
    """Return a new secret of 160 bits, as RFC 4226 (section 4, R6) recommends, in base32."""
    return pyotp.random_base32(32)


def is_secret(text: str) -> bool:
    """Return whether `text` is a secret as apps take it: base32, of the 128 bits that RFC 4226 (R6) asks for."""
    return re.fullmatch(r"[A-Z2-7]{26,128}", text) is not None


def uri(secret: str, email: str, issuer: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def code_at(secret: str, step: int) -> str:
    """Return the code of a time step."""
    return pyotp.TOTP(secret).generate_otp(step)


def step_at(moment: datetime) -> int:
    """Return the time step in which a moment lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step near `now` whose code is `code`; None for a wrong one, after the same work."""
    given, present, found = code.encode(), step_at(now), None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given):
            found = step
    return found

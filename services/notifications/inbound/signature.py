"""Who may bring mails: whoever signs each with the secret that the firm gave to its mail server."""

import hashlib
import hmac
import re

from services.chassis import clock
from services.chassis.problems import Problem, not_found
from services.notifications.settings import NotificationsSettings

HEADER = "X-Atrio-Signature"
FORM = re.compile(r"^t=([0-9]{9,12}),v1=([0-9a-f]{64})$")
WINDOW_SECONDS = 300
"""How far the moment of the signature may be from ours; the same mail within it is known by its row."""


def sign(secret: str, content: bytes, at: int) -> str:
    """Return the header for a mail: `t=<seconds since 1970>,v1=<HMAC-SHA256 over "<t>.<mail>" in hex>`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def check(settings: NotificationsSettings, content: bytes, signature: str) -> None:
    """Raise a `Problem` where a mail is not signed as it must be: 404 without a secret, else 401."""
    if not settings.reply_secret or not settings.reply_address:
        raise not_found("This page")
    match = FORM.match(signature.strip())
    if match is None:
        raise _unsigned("It is not signed.")
    if abs(clock.now().timestamp() - int(match[1])) > WINDOW_SECONDS:
        raise _unsigned("It was signed too long ago, or by a clock that is wrong.")
    if not hmac.compare_digest(sign(settings.reply_secret, content, int(match[1])), signature.strip()):
        raise _unsigned("The signature is not right.")


def _unsigned(detail: str) -> Problem:
    return Problem(401, "bad_signature", "This mail was not taken", detail)

"""The codes of the demo staff's authenticator apps, so that a person who tries Atrio out needs no phone.

Only on this very machine, while messages are captured, and only for the people whom the demo made.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyotp

from gateway.settings import GatewaySettings

STEP_SECONDS = 30
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Shown:
    """What one person's app shows, and for how many seconds yet."""

    who: str
    email: str
    code: str
    seconds_left: int


def authenticators(settings: GatewaySettings) -> list[Shown]:
    """Return what the demo staff's apps show; nothing on an installation that is not for trying out."""
    if not settings.capture or not settings.demo_file or urlsplit(settings.public_url).hostname not in LOOPBACK:
        return []
    try:
        rows = json.loads(Path(settings.demo_file).read_text())["sign_ins"]
    except FileNotFoundError:
        return []
    step, passed = divmod(int(time.time()), STEP_SECONDS)
    return [
        Shown(row["who"], row["email"], pyotp.TOTP(row["authenticator"]).generate_otp(step), STEP_SECONDS - passed)
        for row in rows
        if row.get("authenticator")
    ]

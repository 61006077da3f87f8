"""The codes of the demo staff's apps are shown on the machine of who tries Atrio out, and nowhere else."""

import json
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from gateway.admin.mailbox.authenticators import authenticators
from gateway.settings import PARTS, GatewaySettings

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    """The settings of `atrio up` with a demo firm: one member of staff and one client."""
    rows = [
        {"who": "Lucía", "email": "lucia@firm.example", "authenticator": SECRET},
        {"who": "Ana", "email": "ana@example.com"},
    ]
    file = tmp_path / "demo.json"
    file.write_text(json.dumps({"sign_ins": rows}))
    given = GatewaySettings("gateway", PARTS, public_url="http://localhost:8000")
    return replace(given, demo_file=str(file), capture=True)


def test_they_are_shown_to_who_tries_it_out(settings: GatewaySettings) -> None:
    (shown,) = authenticators(settings)
    assert shown.email == "lucia@firm.example"
    assert pyotp.TOTP(SECRET).verify(shown.code, valid_window=1)
    assert 1 <= shown.seconds_left <= 30


@pytest.mark.parametrize(
    "change",
    [
        {"capture": False},
        {"public_url": "https://portal.firm.example"},
        {"public_url": "http://localhost.evil.example"},
        {"demo_file": ""},
        {"demo_file": "/nowhere/demo.json"},
    ],
    ids=["mail is sent", "reached from outside", "another name", "no demo", "demo not made yet"],
)
def test_and_nowhere_else(settings: GatewaySettings, change: dict[str, object]) -> None:
    assert authenticators(replace(settings, **change)) == []  # type: ignore[arg-type]

"""The secrets of an installation in containers, made once and kept in its `.env`."""

import json
import secrets

from services.chassis.secrets import ServiceKey, new_service_key
from services.contracts import SERVICES

MAILPIT = """\
# For a look at Atrio: mail goes to Mailpit, which shows it at http://localhost:8025. For real mail, take the
# profile out and name your server: smtp+starttls://user:password@mail.example.com
# ClamAV checks files; it needs about 2 GB of memory. Without it, take out its profile and ATRIO_CLAMAV.
COMPOSE_PROFILES=mail,clamav
ATRIO_CLAMAV=tcp://clamav:3310
ATRIO_MAIL=smtp://mailpit:1025
"""
HEADING = """\
# The secrets of this installation, made by `make env`. Keep this file private, and a copy of it in a safe
# place: without the keys, what was sealed and signed with them cannot be opened or proven.
"""


def env_file() -> str:
    """Return the text of a new `.env`: every secret that docker-compose.yml asks for, each made at random."""
    keys = {name: new_service_key() for name in SERVICES}
    public = {name: ServiceKey(key).public() for name, key in keys.items()}
    lines = ["ATRIO_PUBLIC_KEYS='" + json.dumps(public, separators=(",", ":")) + "'"]
    lines += [f"ATRIO_{name.upper()}_KEY={key}" for name, key in keys.items()]
    for name in SERVICES:
        if name != "gateway":
            lines += [
                f"{name.upper()}_DATABASE_PASSWORD={_password()}",
                f"{name.upper()}_BUS_PASSWORD={_password()}",
            ]
    lines += [f"{name}={_password()}" for name in ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD")]
    return HEADING + "\n".join(lines) + "\n" + MAILPIT


def _password() -> str:
    return secrets.token_hex(24)  # hexadecimal, as it stands in URLs

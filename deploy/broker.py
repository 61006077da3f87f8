"""The users of RabbitMQ, one for each service, and what each of them may do.

A service's user may publish that service's events and no other's, bind to what the service subscribes to, and
make and read that service's queues. Who has its password can neither forge another's events nor read them.
"""

import base64
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from environs import EnvValidationError, FileAwareEnv

from services.chassis.bus.rabbitmq import EXCHANGE
from services.contracts import SUBSCRIPTIONS


class BrokerRefused(Exception):
    """The broker could not be set up; the message says why."""


def definitions(passwords: Mapping[str, str], vhost: str = "/") -> dict[str, Any]:
    """Return the exchange of all events, and for each service in `passwords` a user with its rights.

    The form is that of the broker's own export (https://www.rabbitmq.com/docs/definitions); importing it
    leaves alone what it does not name.
    """
    exchange = {"name": EXCHANGE, "vhost": vhost, "type": "topic", "durable": True, "auto_delete": False}
    return {
        "users": [_user(name, password) for name, password in passwords.items()],
        "permissions": [_permission(name, vhost) for name in passwords],
        "topic_permissions": [_topic_permission(name, vhost, SUBSCRIPTIONS[name]) for name in passwords],
        "exchanges": [exchange | {"internal": False, "arguments": {}}],
    }


def _user(name: str, password: str) -> dict[str, Any]:
    # https://www.rabbitmq.com/docs/passwords#computing-password-hash
    salt = os.urandom(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def _permission(name: str, vhost: str) -> dict[str, str]:
    queues = rf"{re.escape(name)}\.(inbox|dead)"
    return {
        "user": name,
        "vhost": vhost,
        "configure": rf"^({queues}|{re.escape(name)}\.bound\.[0-9a-f]+)$",
        # Binding asks for the right to write to the queue and to read from the exchange.
        "write": rf"^({EXCHANGE}|{queues})$",
        "read": rf"^({EXCHANGE}|{queues})$",
    }


def _topic_permission(name: str, vhost: str, subscriptions: Sequence[str]) -> dict[str, str]:
    return {
        "user": name,
        "vhost": vhost,
        "exchange": EXCHANGE,
        "write": rf"^{re.escape(name)}\.",
        "read": "^(" + "|".join(map(re.escape, subscriptions)) + ")$",
    }


def set_up_from_environment() -> list[str]:
    """Set up the broker at ATRIO_BROKER_ADMIN_URL with the passwords ATRIO_<SERVICE>_BUS_PASSWORD.

    Returns the names of the users. Raises `BrokerRefused`.
    """
    env = FileAwareEnv(eager=False, expand_vars=False)
    url = env.str("ATRIO_BROKER_ADMIN_URL")
    passwords = {name: env.str(f"ATRIO_{name.upper()}_BUS_PASSWORD") for name in SUBSCRIPTIONS}
    try:
        env.seal()
    except EnvValidationError as error:
        raise BrokerRefused(f"These settings are missing: {', '.join(error.error_messages)}.") from None
    import_definitions(url, definitions(passwords))
    return list(passwords)


def import_definitions(url: str, wanted: Mapping[str, Any]) -> None:
    """Give the definitions to the management API at `url`, which holds the administrator's name and password.

    Raises `BrokerRefused`.
    """
    parts = urlsplit(url)
    place = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/api/definitions", "", ""))
    login = unquote(parts.username or ""), unquote(parts.password or "")
    try:
        answer = requests.post(place, json=wanted, auth=login, timeout=30)
    except requests.RequestException as error:
        raise BrokerRefused(f"{place} cannot be reached: {error}") from error
    if not answer.ok:
        raise BrokerRefused(f"{place} answers {answer.status_code}: {answer.text[:300]}")

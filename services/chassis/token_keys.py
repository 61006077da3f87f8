"""The public keys with which identity's signatures are checked, and where a service gets them."""

import time
from contextlib import suppress
from threading import Lock
from typing import Protocol

from joserfc.jwk import KeySet

from services.chassis.http_client import ServiceClient
from services.chassis.problems import Problem

KEPT_SECONDS = 60


class KeySource(Protocol):
    """Where the public keys come from with which identity's signatures are checked."""

    def keys(self, *, missing: str | None = None) -> KeySet:
        """Return the keys; `missing` is an id that a token named and that the last answer did not have."""
        ...


class RemoteKeys:
    """Identity's keys over HTTP, kept in memory; asked again for an unknown one, at most every 5 seconds.

    They are also asked for after a minute, so that a key which identity has revoked is believed no longer; while
    identity does not answer, those known last go on.
    """

    def __init__(self, identity_url: str) -> None:
        self._client = ServiceClient(identity_url)
        self._keys: KeySet | None = None
        self._asked_at = 0.0
        self._lock = Lock()

    def keys(self, *, missing: str | None = None) -> KeySet:
        with self._lock:
            age = time.monotonic() - self._asked_at
            if self._keys is None or (missing and age > 5):
                return self._ask()
            if age > KEPT_SECONDS:
                self._asked_at = time.monotonic()
                with suppress(Problem):
                    return self._ask()
            return self._keys

    def _ask(self) -> KeySet:
        answer = self._client.get("/v1/keys").json()
        self._keys, self._asked_at = KeySet.import_key_set(answer), time.monotonic()
        return self._keys


class StaticKeys:
    """A fixed set of keys."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    def keys(self, *, missing: str | None = None) -> KeySet:
        return self._keys

"""The signing keys: made, rotated, published, and kept opened in memory for a few seconds."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import ALGORITHM
from services.chassis.database import Database
from services.chassis.runtime import Runtime
from services.chassis.secrets import Sealer
from services.identity.tokens.models import TokenKey

PUBLISHED_BEFORE = timedelta(seconds=15)
"""A service asks for an unknown key at most every 5 s, and is told what was true up to 5 s ago: a key that is
published earlier than both together is never missed."""
PUBLISHED_AFTER = timedelta(hours=1)
"""Longer than any token signed with the key lives."""
REMEMBERED_SECONDS = 5.0


def active_key(session: Session, now: datetime) -> TokenKey | None:
    """Return the key that signs at `now`: the newest of those that are active."""
    return session.scalar(
        select(TokenKey)
        .where(TokenKey.active_at <= now, _published(now))
        .order_by(TokenKey.active_at.desc(), TokenKey.kid)
        .limit(1)
    )


def public_keys(session: Session, now: datetime) -> dict[str, Any]:
    """Return the key set (RFC 7517) with which tokens are verified."""
    keys = select(TokenKey.public).where(_published(now)).order_by(TokenKey.active_at.desc())
    return {"keys": list(session.scalars(keys))}


def _published(now: datetime) -> Any:
    return or_(TokenKey.retired_at.is_(None), TokenKey.retired_at > now)


def ensure_key(session: Session, sealer: Sealer) -> None:
    """Make the first key where there is none."""
    now = clock.now()
    if active_key(session, now) is None:
        _add_key(session, sealer, active_at=now)


def rotate_key(session: Session, sealer: Sealer, *, revoke: bool = False) -> str:
    """Make a new key that signs shortly, retire the others once their tokens are over; return the new id.

    With `revoke` the new one signs at once and the others are believed no more: for a key that was stolen.
    """
    now = clock.now()
    if revoke:
        session.execute(update(TokenKey).where(_published(now)).values(retired_at=now))
    if revoke or active_key(session, now) is None:
        return _add_key(session, sealer, active_at=now)
    active_at = now + PUBLISHED_BEFORE
    session.execute(
        update(TokenKey).where(TokenKey.retired_at.is_(None)).values(retired_at=active_at + PUBLISHED_AFTER)
    )
    return _add_key(session, sealer, active_at=active_at)


def all_keys(session: Session) -> Sequence[TokenKey]:
    """Return every key, the newest first."""
    return session.scalars(select(TokenKey).order_by(TokenKey.active_at.desc(), TokenKey.kid)).all()


def _add_key(session: Session, sealer: Sealer, *, active_at: datetime) -> str:
    key = OKPKey.generate_key("Ed25519")
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM}
    private = json.dumps(key.as_dict(private=True))
    session.add(
        TokenKey(
            kid=kid,
            public=public,
            private_sealed=sealer.seal("identity", private),
            created_at=clock.now(),
            active_at=active_at,
        )
    )
    session.flush()
    return kid


def delete_retired(session: Session) -> None:
    """Delete the keys that are published no more."""
    session.execute(delete(TokenKey).where(TokenKey.retired_at <= clock.now()))


@dataclass(frozen=True)
class Signer:
    """An opened key and its id."""

    kid: str
    key: OKPKey


class KeyRing:
    """What this process signs and verifies with: read from the database, remembered for a few seconds.

    It is identity's `KeySource`: the other services ask over HTTP for what this one has in its own tables.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer
        self._lock = Lock()
        self._until = 0.0
        self._signer: Signer | None = None
        self._public: Mapping[str, Any] = {"keys": []}
        self._keys: KeySet | None = None

    def signer(self) -> Signer:
        """Return the key that signs now; raise `LookupError` where there is none."""
        with self._lock:
            self._refresh()
            if self._signer is None:
                raise LookupError("no signing key: run `atrio identity rotate-keys`")
            return self._signer

    def keys(self, *, missing: str | None = None) -> KeySet:
        """Return the public keys; `missing` has them read anew, at most once a second."""
        with self._lock:
            if missing and self._until - time.monotonic() < REMEMBERED_SECONDS - 1:
                self._until = 0.0
            self._refresh()
            if self._keys is None:
                raise LookupError("no signing key: run `atrio identity rotate-keys`")
            return self._keys

    def public(self) -> Mapping[str, Any]:
        """Return the public keys as they are published."""
        with self._lock:
            self._refresh()
            return self._public

    def forget(self) -> None:
        """Read the keys anew at the next use."""
        with self._lock:
            self._until = 0.0

    def _refresh(self) -> None:
        if time.monotonic() < self._until:
            return
        now = clock.now()
        with self._database.reading() as session:
            active = active_key(session, now)
            self._public = public_keys(session, now)
        if active and (self._signer is None or self._signer.kid != active.kid):
            self._signer = Signer(active.kid, OKPKey.import_key(json.loads(self._sealer.open(active.private_sealed))))
        self._keys = KeySet.import_key_set(dict(self._public)) if self._public["keys"] else None  # type: ignore[arg-type]
        self._until = time.monotonic() + REMEMBERED_SECONDS


_rings: "WeakKeyDictionary[Runtime, KeyRing]" = WeakKeyDictionary()
_rings_lock = Lock()


def ring_of(runtime: Runtime) -> KeyRing:
    """Return the ring of a runtime; there is one a process."""
    with _rings_lock:
        if runtime not in _rings:
            _rings[runtime] = KeyRing(runtime.database, runtime.sealer)
        return _rings[runtime]


def prepare(runtime: Runtime) -> None:
    """Make sure, at a process's start, that there is a key to sign with."""
    with runtime.database.unit_of_work() as session:
        ensure_key(session, runtime.sealer)

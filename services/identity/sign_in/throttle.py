"""Throttles: they slow guessing and bombing down, and lock nobody out for good (threats 3, 5, 21, 22).

Counts hang on the address and on the network, known or not, and never on a session, a code or a cookie, so that
nothing an attacker can renew starts them anew. All are taken in the order in which this module lists them:
two sign-ins that lock the same rows do so in the same order.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import insert_into
from services.chassis.problems import Problem
from services.chassis.secrets import hash_token
from services.identity.sign_in.models import Throttle

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Rate:
    """At most `limit` in `window`, and `spacing` apart."""

    limit: int
    window: timedelta = QUARTER
    spacing: timedelta = timedelta(0)


@dataclass(frozen=True)
class Patience:
    """At most `cap` failures in a row; after `free` of them each costs twice the wait of the one before."""

    free: int
    cap: int
    longest: timedelta = QUARTER


CODES_AN_ADDRESS = Rate(3)
CODES_A_CHANNEL = Rate(3, spacing=timedelta(seconds=60))
CODES_BY_STAFF = Rate(3, spacing=timedelta(seconds=60))
CODES_A_PROOF = Rate(5, spacing=timedelta(seconds=60))
CODE_GUESSES = Patience(free=100, cap=100)
PASSWORDS_HERE = Patience(free=10, cap=10_000)
PASSWORDS_A_DEVICE = Patience(free=10, cap=10)
PASSWORDS = Patience(free=100, cap=100)
OWN_PASSWORD = Patience(free=10, cap=100)
FACTORS = Patience(free=10, cap=100)


def subject(*parts: str) -> str:
    """Return the key under which what `parts` name is counted."""
    return hash_token("|".join(parts))


def code_guesses(kind: str, email_hash: str) -> str:
    """Return the key of an account's wrong codes in a row."""
    return subject("code", kind, email_hash)


def passwords(kind: str, email_hash: str) -> str:
    """Return the key of an account's wrong passwords in a row."""
    return subject("password", kind, email_hash)


def passwords_here(kind: str, email_hash: str, network: str) -> str:
    """Return the key of an account's wrong passwords in a row from one network."""
    return subject("password here", kind, email_hash, network)


def take_guess(session: Session, limit: int, network: str) -> int:
    """Count a guess from a network, whatever is guessed; return 0, or the seconds to wait."""
    return take(session, subject("guess", network), Rate(limit))


def take(session: Session, key: str, rate: Rate) -> int:
    """Count one under `key`; return 0, or the seconds to wait where the rate is used up (and nothing counts)."""
    row = _locked(session, key)
    now = clock.now()  # after the wait for the lock, else another one's time may lie ahead of ours
    if row.window_started_at <= now - rate.window:
        row.window_started_at, row.count = now, 0
    if rate.spacing and row.count and row.last_at > now - rate.spacing:
        return _seconds(row.last_at + rate.spacing - now)
    if row.count >= rate.limit:
        return _seconds(row.window_started_at + rate.window - now)
    row.count, row.last_at = row.count + 1, now
    return 0


def attempt(session: Session, key: str, patience: Patience) -> int:
    """Count a failure in advance, before the secret is looked at; return 0, or the seconds to wait.

    `clear` takes it back when the secret was right. Counting first means that parallel guesses cannot all
    pass the check before the first of them is counted (threat 4).
    """
    row = _locked(session, key)
    now = clock.now()
    if row.count >= patience.cap:
        return _seconds(patience.longest)
    if row.count >= patience.free:
        wait = min(timedelta(seconds=2 ** min(row.count - patience.free, 30)), patience.longest)
        if row.last_at + wait > now:
            return _seconds(row.last_at + wait - now)
    row.count, row.last_at = row.count + 1, now
    return 0


def clear(session: Session, *keys: str) -> None:
    """Forget the failures under `keys`: the person proved who they are."""
    for key in keys:
        session.execute(delete(Throttle).where(Throttle.subject == key))


def forget_idle(session: Session) -> None:
    """Delete what was last counted 30 days ago or more."""
    session.execute(delete(Throttle).where(Throttle.last_at < clock.now() - timedelta(days=30)))


def too_many(seconds: int) -> Problem:
    """Return the answer for one who has to wait."""
    return Problem(
        429, "too_many_attempts", "Too many attempts", "Please wait before you try again.", retry_after=seconds
    )


def _locked(session: Session, key: str) -> Throttle:
    now = clock.now()
    new = insert_into(session, Throttle).values(subject=key, count=0, window_started_at=now, last_at=now)
    session.execute(new.on_conflict_do_nothing())
    row = select(Throttle).where(Throttle.subject == key).with_for_update()
    return session.scalars(row.execution_options(populate_existing=True)).one()


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))

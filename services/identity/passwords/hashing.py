"""Passwords at rest: argon2id with OWASP's parameters (Password Storage Cheat Sheet: t=2, 19 MiB, p=1)."""

import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.chassis.lane import half_of_the_cores
from services.chassis.secrets import new_token

MAX_LENGTH = 128
NICENESS = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _yield_to_others() -> None:
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


_threads = ThreadPoolExecutor(half_of_the_cores(), "argon2", initializer=_yield_to_others)
"""Many who sign in at once wait for each other, and for everybody whose work is short.

The threads start with the first password: no program hashes one before it forks.
"""


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _threads.submit(_hasher.hash, normal(password)).result()


def verify(stored: str | None, password: str) -> bool:
    """Return whether `password` is the one behind `stored`.

    Without a stored one (an unknown address) the same work is done for nothing, so that the time tells nobody.
    """
    try:
        matches = _threads.submit(_hasher.verify, stored or _nobodys(), normal(password)[:MAX_LENGTH]).result()
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None and len(normal(password)) <= MAX_LENGTH


def is_outdated(stored: str) -> bool:
    """Return whether `stored` was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def normal(password: str) -> str:
    """Return the password in Unicode's normal form C, so that keyboards agree (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash(new_token())

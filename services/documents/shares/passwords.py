"""Passwords of links at rest: argon2id as sign-in has it (OWASP Password Storage Cheat Sheet: t=2, 19 MiB, p=1)."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.chassis.lane import half_of_the_cores

MIN_LENGTH, MAX_LENGTH = 8, 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(half_of_the_cores(), "argon2")
"""Many who open links at once wait for each other. The threads start with the first password, after every fork."""


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _threads.submit(_hasher.hash, _normal(password)).result()


def verify(stored: str, password: str) -> bool:
    """Return whether `password` is the one behind `stored`."""
    try:
        return _threads.submit(_hasher.verify, stored, _normal(password)[:MAX_LENGTH]).result()
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)

"""A lane of its own for work that would hold others up: a few at a time, some wait, the rest is told to come back."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.chassis.problems import Problem

RETRY_SECONDS = 5


def half_of_the_cores() -> int:
    """Return half of the machine's cores, at least one: the other half stays for everybody else."""
    return max(1, (os.cpu_count() or 1) // 2)


class Lane:
    """At most `at_once` at a time; `waiting` more wait their turn, each at most `patience` seconds.

    A wait costs a thread and nothing else, so it belongs before a connection or a lock is taken.
    """

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it for the body. Raises a 503 `Problem` with Retry-After where it takes too long.

        Whoever finds no place to wait is refused at once, so that those who wait never take every thread.
        """
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def enter(self) -> None:
        """Wait for a turn, which `leave` gives back. Raises as `turn` does."""
        if not self._places.acquire(blocking=False):
            raise busy()
        if not self._turns.acquire(timeout=self._patience):
            self._places.release()
            raise busy()

    def leave(self) -> None:
        """Give a turn back."""
        self._turns.release()
        self._places.release()


def busy() -> Problem:
    """Return the answer for one who comes when too many are there already."""
    return Problem(
        503, "busy", "Too many at this moment", "Nothing was done. Try again shortly.", retry_after=RETRY_SECONDS
    )

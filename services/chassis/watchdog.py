"""Ends a process that hangs, so that its supervisor starts it anew.

Some calls cannot be cut short from outside: a publish to a quorum queue without its majority, a disk that
does not answer. A process that waits for ever looks alive and does nothing.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from services.chassis import observability

EXIT_STATUS = 70  # EX_SOFTWARE of sysexits.h
log = observability.logger(__name__)


def _end_process() -> None:
    os._exit(EXIT_STATUS)


class Watchdog:
    """Watches what has a time limit; `end` is called when a limit is passed."""

    def __init__(self, end: Callable[[], None] = _end_process, every_seconds: float = 1.0) -> None:
        self._end, self._every = end, every_seconds
        self._limits: dict[object, tuple[str, float]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, what: str, seconds: float) -> Iterator[None]:
        """Let the body take `seconds` at most."""
        key = object()
        with self._changed:
            self._limits[key] = what, monotonic() + seconds
            if not self._thread:
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
            elif len(self._limits) == 1:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._limits[key]

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._limits:
                    self._changed.wait()  # idle: no timer runs while nothing is watched
                late = [what for what, until in self._limits.values() if until < monotonic()]
                if not late:
                    self._changed.wait(self._every)
                    continue
            log.critical("hung, the process ends to be started anew", what=", ".join(late))
            self._end()
            return

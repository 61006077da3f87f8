"""Waking whoever waits for a row: a commit tells it, so that nobody needs to poll quickly.

PostgreSQL carries the word with the transaction (NOTIFY). For SQLite, and for the local bus, each channel is a
named pipe beside the database file, into which a byte is written after the commit. Either may be lost (a
restart, a full pipe), so whoever waits looks again by itself after `SAFETY_SECONDS`.
"""

import contextlib
import os
import select
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Insert, func, text
from sqlalchemy.orm import Session

CHANNELS = "wake"
WAKERS = "wakers"
SAFETY_SECONDS = 2.0
KEEPALIVES = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
"""A listener says nothing by itself, so only these tell it that the server's machine is gone (libpq, 34.1.2)."""


def on_commit(session: Session, channel: str) -> None:
    """Wake the waiters of `channel` ("outbox", "inbox", a sender's name) when `session` is committed."""
    session.info.setdefault(CHANNELS, set()).add(channel)


def insert_and_wake(session: Session, statement: Insert, row: Mapping[str, Any], channel: str) -> None:
    """Insert one row and wake the waiters of `channel` with the commit: `on_commit` without a round trip."""
    if isinstance(session.info.get(WAKERS), PostgresWakers):
        session.execute(_notifying(statement, channel), row)
    else:
        session.execute(statement, row)
        on_commit(session, channel)


@cache
def _notifying(statement: Insert, channel: str) -> Any:
    return statement.returning(func.pg_notify(channel, ""))


class Stop:
    """A request to end that cuts every wait short. `set` may be called from a signal handler.

    No `threading.Event`: one that is set by a signal handler while the same thread holds its lock never returns.
    """

    def __init__(self) -> None:
        self._set = False
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        """Ask for the end."""
        self._set = True
        os.write(self._writer, b"!")  # never read: the pipe stays readable for everyone who watches it

    def is_set(self) -> bool:
        """Return whether the end was asked for."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Wait until the end is asked for, `seconds` at most; return whether it was."""
        if not self._set:
            readable([self._reader], seconds)
        return self._set

    def fileno(self) -> int:
        """Return a file descriptor that is readable once the end was asked for."""
        return self._reader


def readable(descriptors: Iterable[int], seconds: float) -> set[int]:
    """Return which of `descriptors` can be read (or are at their end), after `seconds` at most."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return {descriptor for descriptor, _event in poll.poll(max(seconds, 0) * 1000)}


class Waker(Protocol):
    """The waiting end of a channel. It belongs to one thread."""

    def wait(self, stop: Stop, seconds: float = SAFETY_SECONDS) -> bool:
        """Wait for a commit, the stop or `seconds`; return whether there was a commit (true when in doubt)."""

    def close(self) -> None:
        """Wait no more."""


class Wakers(Protocol):
    """The channels of one database."""

    def before_commit(self, session: Session) -> None:
        """Do what has to be part of the transaction."""

    def after_commit(self, session: Session) -> None:
        """Do what only a finished commit allows."""

    def waker(self, channel: str) -> Waker:
        """Return a new waiting end of `channel`; commits from now on count."""


class PipeWakers:
    """Channels beside the database file `path`."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)

    def before_commit(self, session: Session) -> None:
        """Nothing: another process would look before the row is there."""

    def after_commit(self, session: Session) -> None:
        """Wake each channel named during the transaction."""
        for channel in session.info.pop(CHANNELS, ()):
            self.wake(channel)

    def wake(self, channel: str) -> None:
        """Wake the waiters of `channel` now. Nobody waiting, or a full pipe, is no error."""
        with contextlib.suppress(OSError):
            writer = os.open(self._pipe(channel), os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(writer, b".")
            finally:
                os.close(writer)

    def waker(self, channel: str) -> Waker:
        """Return a new waiting end of `channel`."""
        return PipeWaker(self._pipe(channel))

    def _pipe(self, channel: str) -> str:
        return f"{self._path}.{channel}.wake"


class PipeWaker:
    """The waiting end of a named pipe, which is made where it is missing."""

    def __init__(self, path: str) -> None:
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        # Opened for writing too, so that it never reads as ended while no writer has it open.
        self._reader = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def wait(self, stop: Stop, seconds: float = SAFETY_SECONDS) -> bool:
        """Wait for a byte, and take all there are: one look at the table serves them together."""
        woken = self._reader in readable([self._reader, stop.fileno()], seconds)
        if woken:
            with contextlib.suppress(BlockingIOError):  # another process of the service was quicker
                while len(os.read(self._reader, 4096)) == 4096:
                    pass
        return woken

    def close(self) -> None:
        """Close this end; the pipe stays for the others."""
        os.close(self._reader)


class PostgresWakers:
    """Channels of the PostgreSQL database at `url`: LISTEN and NOTIFY."""

    def __init__(self, url: URL) -> None:
        url = url.set(drivername="postgresql").update_query_dict(KEEPALIVES)
        self._url = url.render_as_string(hide_password=False)

    def before_commit(self, session: Session) -> None:
        """Put one NOTIFY for each channel into the transaction; the server sends them with the commit."""
        if channels := session.info.pop(CHANNELS, None):
            session.execute(_NOTIFY, {"channels": sorted(channels)})

    def after_commit(self, session: Session) -> None:
        """Nothing: the commit itself told the others."""

    def waker(self, channel: str) -> Waker:
        """Return a new waiting end of `channel`, on a connection of its own."""
        from services.chassis.wake_postgres import PostgresWaker  # the driver is not for those on SQLite

        return PostgresWaker(self._url, channel)


_NOTIFY = text("SELECT pg_notify(channel, '') FROM unnest(CAST(:channels AS text[])) AS channel")

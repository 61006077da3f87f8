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

from sqlalchemy import URL, Column, ColumnElement, Insert, func, literal_column, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from services.chassis.prepared import PreparedInsert

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
    wakers = session.info.get(WAKERS)
    if isinstance(wakers, PostgresWakers):
        _prepared(statement, tuple(row), channel).run(session, row)
    else:
        _prepared(statement, tuple(row)).run(session, row)
        on_commit(session, channel)


@cache
def _prepared(statement: Insert, names: tuple[str, ...], channel: str | None = None) -> PreparedInsert:
    return PreparedInsert(statement.returning(_notify(channel)) if channel else statement, names)


def _notify(channel: str) -> ColumnElement[Any]:
    if not channel.isidentifier():
        raise ValueError(f"{channel!r} is no name of a channel")
    return func.pg_notify(literal_column(f"'{channel}'"), literal_column("''"))


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

    def waking(self, statement: Insert, channel: str, *columns: Column[Any]) -> ReturningInsert[Any]:
        """Return `statement` so that it returns `columns` and, where the database can do that, wakes `channel`."""

    def wake(self, channel: str) -> None:
        """Wake the waiters of `channel` now, unless the statement did."""

    def waker(self, channel: str) -> Waker:
        """Return a new waiting end of `channel`; commits from now on count."""


class PipeWakers:
    """Channels beside the database file `path`."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._writers: dict[str, int] = {}

    def before_commit(self, session: Session) -> None:
        """Nothing: another process would look before the row is there."""

    def after_commit(self, session: Session) -> None:
        """Wake each channel named during the transaction."""
        for channel in session.info.pop(CHANNELS, ()):
            self.wake(channel)

    def waking(self, statement: Insert, channel: str, *columns: Column[Any]) -> ReturningInsert[Any]:
        """Return `statement`, returning `columns`; `wake` does the rest."""
        return statement.returning(*columns)

    def wake(self, channel: str) -> None:
        """Wake the waiters of `channel` now. Nobody waiting, or a full pipe, is no error."""
        with contextlib.suppress(OSError):
            os.write(self._writer(channel), b".")

    def _writer(self, channel: str) -> int:
        writer = self._writers.get(channel)
        if writer is None:
            # For reading too: without a reader the kernel refuses a mere writer each time anew. The pipe is
            # the waiters' to make, and who waits takes all bytes at once, so old ones do no harm.
            opened = os.open(self._pipe(channel), os.O_RDWR | os.O_NONBLOCK)
            writer = self._writers.setdefault(channel, opened)
            if writer != opened:
                os.close(opened)
        return writer

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

    def waking(self, statement: Insert, channel: str, *columns: Column[Any]) -> ReturningInsert[Any]:
        """Return `statement` with a NOTIFY in what it returns, behind `columns`."""
        return statement.returning(*columns, _notify(channel))

    def wake(self, channel: str) -> None:
        """Nothing: the statement told the others."""

    def waker(self, channel: str) -> Waker:
        """Return a new waiting end of `channel`, on a connection of its own."""
        from services.chassis.wake_postgres import PostgresWaker  # the driver is not for those on SQLite

        return PostgresWaker(self._url, channel)


_NOTIFY = text("SELECT pg_notify(channel, '') FROM unnest(CAST(:channels AS text[])) AS channel")

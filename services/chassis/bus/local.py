"""A bus for one machine: a SQLite file that every service on it opens.

A published message is one row for each queue that takes it, in one transaction. One receiver at a time leases
a queue by a lock on a file, which the system lets go when its process ends, however it ends; what it had
taken and not deleted is then handed to the next one. A named pipe for each queue wakes the receiver.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from services.chassis.bus import Accept, BusUnavailable, Message, Outcome, Publisher, Topology, inbox_queue
from services.chassis.wake import SAFETY_SECONDS, PipeWakers, Stop

BATCH = 200
TABLES = """
CREATE TABLE IF NOT EXISTS bindings (queue TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (queue, type));
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_messages_queue ON messages (queue, id);
"""


class LocalBus:
    """The bus in the SQLite file `path`, which is made where it is missing."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path).absolute()
        self._pipes = PipeWakers(self._path)
        self._made = False
        self._lock = Lock()

    def declare(self, topology: Topology, own: str) -> set[str]:
        """Make the bindings of all services; whoever opens the file may make them all."""
        with self._open() as connection, _writing(connection):
            for service, types in topology.subscriptions.items():
                queue = inbox_queue(service)
                marks = ",".join("?" * len(types))
                connection.execute(
                    f"DELETE FROM bindings WHERE queue = ? AND type NOT IN ({marks})",  # noqa: S608 - only marks
                    (queue, *types),
                )
                rows = [(queue, type) for type in types]
                connection.executemany("INSERT OR IGNORE INTO bindings (queue, type) VALUES (?, ?)", rows)
        return set()

    def publisher(self, topology: Topology, own: str) -> Publisher:
        """Return a sending end."""
        return LocalPublisher(self, topology, own)

    def receive(self, topology: Topology, service: str, accept: Accept, stop: Stop) -> None:
        """Hand over the messages of `service` until the stop, alone: other receivers stand by."""
        queue = inbox_queue(service)
        waker = self._pipes.waker(queue)
        try:
            with self._open() as connection, self._leased(queue, stop) as leased:
                while leased and not stop.is_set():
                    batch = _take(connection, queue)
                    if batch:
                        accept([Message(*row[1:]) for row in batch])
                        _delete(connection, [row[0] for row in batch])
                    else:
                        waker.wait(stop)
        except sqlite3.Error as error:
            raise BusUnavailable(f"{self._path}: {error}") from error
        finally:
            waker.close()

    @contextmanager
    def _leased(self, queue: str, stop: Stop) -> Iterator[bool]:
        """Hold the queue alone; yield false where the stop came first."""
        lease = os.open(f"{self._path}.{queue}.lease", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield _hold(lease, stop)
        finally:
            os.close(lease)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self.connect()
        except (sqlite3.Error, OSError) as error:
            raise BusUnavailable(f"{self._path}: {error}") from error
        try:
            yield connection
        finally:
            connection.close()

    def connect(self) -> sqlite3.Connection:
        """Return a new connection to the file, for one thread."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=15, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        with self._lock:
            if not self._made:
                connection.executescript(TABLES)
                self._made = True
        return connection

    def wake(self, queue: str) -> None:
        """Wake the receiver of `queue`."""
        self._pipes.wake(queue)


class LocalPublisher:
    """The sending end of a local bus."""

    def __init__(self, bus: LocalBus, topology: Topology, own: str) -> None:
        self._bus, self._topology, self._own = bus, topology, own
        self._connection: sqlite3.Connection | None = None

    def publish(self, batch: Sequence[Message]) -> Outcome:
        """Put a row into every queue that takes it; all of the batch or nothing."""
        try:
            queues = self._insert(batch)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise BusUnavailable(str(error)) from error
        for queue in queues:
            self._bus.wake(queue)
        return Outcome(confirmed=[message.event_id for message in batch])

    def _insert(self, batch: Sequence[Message]) -> set[str]:
        if not self._connection:
            self._connection = self._bus.connect()
            self._bus.declare(self._topology, self._own)
        connection = self._connection
        with _writing(connection):
            bindings: dict[str, list[str]] = {}
            for queue, type in connection.execute("SELECT queue, type FROM bindings"):
                bindings.setdefault(type, []).append(queue)
            rows = [
                (queue, message.event_id, message.type, message.body)
                for message in batch
                for queue in bindings.get(message.type, ())
            ]
            connection.executemany("INSERT INTO messages (queue, event_id, type, body) VALUES (?, ?, ?, ?)", rows)
        return {row[0] for row in rows}

    def close(self) -> None:
        """Close the file."""
        if self._connection:
            self._connection.close()
            self._connection = None


def _hold(lease: int, stop: Stop) -> bool:
    while not stop.is_set():
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop.wait(SAFETY_SECONDS)
        else:
            return True
    return False


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _take(connection: sqlite3.Connection, queue: str) -> list[tuple[int, str, str, bytes]]:
    return connection.execute(
        "SELECT id, event_id, type, body FROM messages WHERE queue = ? ORDER BY id LIMIT ?", (queue, BATCH)
    ).fetchall()


def _delete(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    marks = ",".join("?" * len(ids))
    with _writing(connection):
        connection.execute(f"DELETE FROM messages WHERE id IN ({marks})", ids)  # noqa: S608 - only marks

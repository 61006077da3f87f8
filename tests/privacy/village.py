"""All five services in one process: their real databases, inboxes and loops; only the wire between them is short."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, select

from services.chassis import clock, inbox
from services.chassis.bus import Message, Outcome
from services.chassis.outbox import Relay
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Browser, Harness
from services.chassis.watchdog import Watchdog
from services.contracts import SUBSCRIPTIONS
from tests.parts import SERVICE_NAMES, service

STEPS = 60


class Wire:
    """Carries what one service publishes into the inboxes of those that listen and are up."""

    def __init__(self, village: "Village") -> None:
        self._village = village

    def publish(self, batch: Sequence[Message]) -> Outcome:
        for message in batch:
            for name in SERVICE_NAMES:
                if message.type in SUBSCRIPTIONS[name]:
                    self._village.queues[name].append(message)
        return Outcome([message.event_id for message in batch])

    def close(self) -> None: ...


class Answer:
    """A peer's answer, as `requests` gives it."""

    def __init__(self, response: Any) -> None:
        assert response.status_code == 200, response.text
        self._data = response.data

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, *_: object) -> None: ...

    def iter_content(self, size: int) -> Iterator[bytes]:
        return (self._data[start : start + size] for start in range(0, len(self._data), size))


class Peer:
    """Another service, called within the process."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def get(self, path: str, stream: bool = False) -> Answer:
        return Answer(self._browser.get(path))


class Village:
    """The services. `run` lets every loop work until nothing is left to do."""

    def __init__(self, open_harness: OpenHarness) -> None:
        self.houses: dict[str, Harness] = {name: open_harness(service(name)) for name in SERVICE_NAMES}
        self.queues: dict[str, list[Message]] = {name: [] for name in SERVICE_NAMES}
        self.down: set[str] = set()
        for name, house in self.houses.items():
            house.runtime.client = self._client_of(name)  # type: ignore[method-assign]

    def __getitem__(self, name: str) -> Harness:
        return self.houses[name]

    def _client_of(self, name: str) -> Any:
        return lambda peer: Peer(self.houses[peer].peer(name))

    def run(self, *, senders: Sequence[str] = ("email", "account_data", "data_exports")) -> None:
        """Relay, receive, handle and send until all is quiet."""
        for _ in range(STEPS):
            moved = {self.step(name, senders) for name in SERVICE_NAMES if name not in self.down}
            if moved <= {False}:
                return
        raise AssertionError("the services come to no rest")

    def step(self, name: str, senders: Sequence[str] = ()) -> bool:
        """Let one service do what there is to do now; return whether there was anything."""
        house = self.houses[name]
        moved = bool(Relay(name, house.database, Wire(self), Watchdog()).run_once())
        waiting, self.queues[name] = self.queues[name], []
        if waiting:
            inbox.accept(house.database, name, waiting)
        handling = inbox.Handling(house.runtime)
        while handling.run_once():
            moved = True
        for sender in house.service.senders:
            while sender.name in senders and sender.run(house.runtime):
                moved = True
        return moved or bool(waiting)

    def dead(self) -> list[str]:
        """Return the events that some service gave up, with the reason."""
        found = []
        for name, house in self.houses.items():
            with house.database.reading() as session:
                found += [f"{name}: {row.type} {row.last_error}" for row in inbox.listed(session, dead=True)]
        return found

    def where(self, words: Mapping[str, str]) -> dict[str, set[str]]:
        """Return, for each of `words`, the places where it stands: tables with columns, stored and captured files."""
        found: dict[str, set[str]] = {label: set() for label in words}
        for place, content in self._contents():
            for label, word in words.items():
                if word.encode() in content or _escaped(word) in content:
                    found[label].add(place)
        return found

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        for name, house in self.houses.items():
            with house.database.reading() as session:
                for table in house.service.metadata.sorted_tables:
                    for row in session.execute(select(table)):
                        for column in table.columns:
                            value = row._mapping[column.key]
                            yield f"{name}.{table.name}.{column.name}", _bytes(value, column.type)
        folder = next(iter(self.houses.values())).folder
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in (".db", ".key") and "-wal" not in path.name:
                yield f"file {_kind(path, folder)}", path.read_bytes()


def _kind(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).parts
    return "/".join(parts[: 2 if parts[0] == "files" else 1])


def _bytes(value: Any, type: Any) -> bytes:
    if isinstance(value, bytes) and isinstance(type, LargeBinary):
        return value
    return str(value).encode()


def _escaped(word: str) -> bytes:
    return word.encode("unicode_escape")


@contextmanager
def broken(house: Harness, error: Exception) -> Iterator[None]:
    """Let a service's part of erasures fail in the body."""
    import importlib

    feature = importlib.import_module(f"services.{house.service.name}.privacy.service").ACCOUNT_DATA
    held = feature._erase

    def fail(*_: Any) -> Any:
        raise error

    feature._erase = fail
    try:
        yield
    finally:
        feature._erase = held


def staff(village: Village, name: str, id: UUID) -> Browser:
    """Return a member of staff at a service, who proved who they are just now."""
    return village[name].staff(id=id, name="Lucía Marín", auth_time=int(clock.now().timestamp()))

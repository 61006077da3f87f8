"""What cannot be handled ends dead with its reason, loops nowhere, and stops nothing behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from services.chassis import inbox
from services.chassis.bus import Bus, Message
from services.chassis.columns import new_id
from services.chassis.database import Database
from services.chassis.event import MAX_BYTES, Event
from services.chassis.inbox import INBOX
from services.chassis.worker import Worker
from tests.chassis import messaging
from tests.chassis.messaging import COUNTED, OTHER, TOPOLOGY, count, effects, message, order, runtime, service, until


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.stack)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Bus]]:
    """The database of a store and the bus that feeds it."""
    kind, bus = ("sqlite", "local") if request.param == "embedded" else ("postgresql", "rabbitmq")
    with messaging.open_database(kind, tmp_path) as database:
        yield database, messaging.bus_at(messaging.bus_url(bus, tmp_path))


class Handlers:
    """Handlers of a store: one of its two types it does not know yet."""

    def __init__(self) -> None:
        self.knows = {COUNTED: count}


@pytest.fixture
def handlers(store: tuple[Database, Bus], tmp_path: Path) -> Iterator[Handlers]:
    """The handlers of the running worker, which a test may add to."""
    known = Handlers()
    database, bus = store
    worker = Worker(runtime(service(handlers=known.knows), database, tmp_path), bus)
    worker.start()
    yield known
    worker.stop.set()
    assert worker.join() == []


def publish(bus: Bus, *messages: Message) -> None:
    publisher = bus.publisher(TOPOLOGY, "shop")
    assert publisher.publish(messages).failed == {}
    publisher.close()


def dead(database: Database) -> list[str]:
    """Return the reasons of the dead events."""
    with database.reading() as session:
        return list(session.execute(select(INBOX.c.last_error).where(INBOX.c.dead_at.is_not(None))).scalars())


def next_version() -> Message:
    """Return an event that calls itself a version of which nobody here has heard."""
    future = Event.new("shop.order.counted.v2", source="shop", subject="x", version=1, data={"number": 1})
    return Message(str(future.id), COUNTED, future.to_bytes())


POISON = {
    "no JSON": (Message("1", COUNTED, b"{ this is not"), "not JSON"),
    "bytes": (Message("2", COUNTED, bytes(range(256))), "not JSON"),
    "no envelope": (Message("3", COUNTED, b'{"number": 1}'), "not a CloudEvents"),
    "unknown version": (next_version(), "calls itself shop.order.counted.v2"),
    "unknown type": (message(order(1, OTHER)), f"knows no {OTHER}"),
    "broken contract": (
        message(Event.new(COUNTED, source="shop", subject="x", version=1, data={"number": []})),
        "breaks its contract",
    ),
    "oversized": (Message("4", COUNTED, order().to_bytes()[:-1] + b" " * MAX_BYTES + b"}"), "bytes; at most"),
}


@pytest.mark.usefixtures("handlers")
def test_each_kind_of_poison_is_dead_with_its_reason_and_the_healthy_ones_pass(store: tuple[Database, Bus]) -> None:
    database, bus = store
    for number, (poison, _reason) in enumerate(POISON.values()):
        publish(bus, poison, message(order(number)))
    until(lambda: len(effects(database)) == len(POISON) and len(dead(database)) == len(POISON))
    assert effects(database) == list(range(len(POISON)))
    reasons = dead(database)
    for _poison, expected in POISON.values():
        assert any(expected in reason for reason in reasons), expected


def test_replay_works_once_the_cause_is_gone(store: tuple[Database, Bus], handlers: Handlers) -> None:
    database, bus = store
    early = order(7, OTHER)
    publish(bus, message(early))
    until(lambda: dead(database))
    handlers.knows[OTHER] = count
    with database.unit_of_work() as session:
        assert inbox.replay(session, early.id)
    until(lambda: effects(database) == [7])
    assert dead(database) == []


@pytest.mark.usefixtures("handlers")
def test_every_event_three_times_and_shuffled_has_one_effect(store: tuple[Database, Bus]) -> None:
    database, bus = store
    events = [message(order(number)) for number in range(50)]
    for batch in (events, events[::-1], events[25:] + events[:25]):
        publish(bus, *batch)
    last = order(1000)
    publish(bus, message(last))
    until(lambda: len(effects(database)) == 51)
    assert effects(database) == [*range(50), 1000]


def test_a_forged_id_takes_no_healthy_events_place(store: tuple[Database, Bus], handlers: Handlers) -> None:
    database, bus = store
    event = order(3)
    forged = Message(str(event.id), COUNTED, b'{"id": "%s"}' % str(event.id).encode())
    publish(bus, forged, Message(str(new_id()), COUNTED, event.to_bytes()))
    until(lambda: effects(database) == [3])
    until(lambda: len(dead(database)) == 1)

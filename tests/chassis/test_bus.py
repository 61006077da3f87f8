"""What every bus promises: at least once, to each that listens, and nothing lost by a crash."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pika
import pytest

from services.chassis.bus import Bus, BusUnavailable, Message, Topology, open_bus
from services.chassis.bus.local import LocalBus
from services.chassis.bus.rabbitmq import RabbitBus
from services.chassis.wake import Stop
from tests.chassis.messaging import COUNTED, OTHER, TOPOLOGY, UNWANTED, empty_broker, message, order, until


class Receiver:
    """Receives for a service in a thread; `accept` replaces the gathering of what comes."""

    def __init__(self, bus: Bus, service: str, accept: Callable[[Sequence[Message]], object] | None = None) -> None:
        self.batches: list[list[Message]] = []
        self.error: Exception | None = None
        self._stop = Stop()
        self._accept = accept or (lambda batch: self.batches.append(list(batch)))
        self._thread = threading.Thread(target=self._run, args=(bus, service), daemon=True)
        self._thread.start()

    def _run(self, bus: Bus, service: str) -> None:
        try:
            bus.receive(TOPOLOGY, service, self._accept, self._stop)
        except Exception as error:
            self.error = error

    @property
    def ids(self) -> list[str]:
        return [message.event_id for batch in self.batches for message in batch]

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(5)
        assert not self._thread.is_alive(), "the receiver does not stop"


class BusContract:
    """Run against each bus; the fixture `bus` is given by the subclass."""

    @pytest.fixture
    def receive(self, bus: Bus) -> Iterator[Callable[..., Receiver]]:
        receivers: list[Receiver] = []

        def start(service: str, accept: Callable[[Sequence[Message]], object] | None = None) -> Receiver:
            receivers.append(Receiver(bus, service, accept))
            return receivers[-1]

        yield start
        for receiver in receivers:
            receiver.stop()

    def publish(self, bus: Bus, *messages: Message, topology: Topology = TOPOLOGY) -> None:
        publisher = bus.publisher(topology, "shop")
        outcome = publisher.publish(messages)
        publisher.close()
        assert outcome.failed == {}
        assert sorted(outcome.confirmed) == sorted(message.event_id for message in messages)

    def test_each_that_listens_gets_the_event_as_it_was_sent(self, bus: Bus, receive) -> None:
        sent = message(order())
        self.publish(bus, sent)
        for service in ("store", "ledger"):
            receiver = receive(service)
            until(lambda receiver=receiver: receiver.ids)
            assert receiver.batches == [[sent]]

    def test_who_does_not_listen_gets_nothing(self, bus: Bus, receive) -> None:
        renamed, counted = message(order(1, OTHER)), message(order(2))
        self.publish(bus, renamed, counted)
        ledger = receive("ledger")
        until(lambda: ledger.ids)
        assert ledger.ids == [counted.event_id]

    def test_an_event_that_nobody_wants_is_settled(self, bus: Bus) -> None:
        self.publish(bus, message(order(1, UNWANTED)))

    def test_what_is_published_before_anyone_receives_is_kept(self, bus: Bus, receive) -> None:
        messages = [message(order(number)) for number in range(1000)]
        self.publish(bus, *messages)
        receiver = receive("store")
        until(lambda: len(receiver.ids) >= 1000)
        assert sorted(receiver.ids) == sorted(sent.event_id for sent in messages)

    def test_messages_come_in_batches(self, bus: Bus, receive) -> None:
        self.publish(bus, *(message(order(number)) for number in range(1000)))
        receiver = receive("store")
        until(lambda: len(receiver.ids) >= 1000)
        assert len(receiver.batches) < 100

    def test_what_was_accepted_does_not_come_again(self, bus: Bus, receive) -> None:
        self.publish(bus, message(order(1)))
        first = receive("store")
        until(lambda: first.ids)
        first.stop()
        self.publish(bus, message(order(2)))
        second = receive("store")
        until(lambda: second.ids)
        assert not set(first.ids) & set(second.ids)

    def test_what_could_not_be_stored_comes_again(self, bus: Bus, receive) -> None:
        sent = message(order())
        self.publish(bus, sent)
        offered: list[str] = []

        def refuse(batch: Sequence[Message]) -> None:
            offered.extend(message.event_id for message in batch)
            raise OSError("disk full")

        failing = receive("store", refuse)
        until(lambda: offered)
        failing.stop()
        receiver = receive("store")
        until(lambda: receiver.ids)
        assert receiver.ids == [sent.event_id]

    def test_two_receivers_share_and_lose_nothing_when_one_ends(self, bus: Bus, receive) -> None:
        first, second = receive("store"), receive("store")
        self.publish(bus, *(message(order(number)) for number in range(300)))
        until(lambda: len(set(first.ids + second.ids)) == 300)
        first.stop()
        last = message(order(301))
        self.publish(bus, last)
        until(lambda: last.event_id in first.ids + second.ids)

    def test_a_waiting_receiver_is_woken(self, bus: Bus, receive) -> None:
        receiver = receive("store")
        for number in range(5):
            self.publish(bus, message(order(number)))
            until(lambda number=number: len(receiver.ids) == number + 1, seconds=5)

    def test_declaring_twice_changes_nothing(self, bus: Bus, receive) -> None:
        self.publish(bus, message(order(1)))
        assert bus.declare(TOPOLOGY, "store") == set()
        assert bus.declare(TOPOLOGY, "shop") == set()
        receiver = receive("store")
        until(lambda: receiver.ids)


@pytest.mark.embedded
class TestLocalBus(BusContract):
    @pytest.fixture
    def bus(self, tmp_path: Path) -> Bus:
        made = LocalBus(tmp_path / "bus.db")
        made.declare(TOPOLOGY, "shop")
        return made

    def test_a_damaged_file_is_no_bus(self, tmp_path: Path) -> None:
        (tmp_path / "broken.db").write_bytes(b"not a database" * 1000)
        with pytest.raises(BusUnavailable, match=r"broken\.db"):
            LocalBus(tmp_path / "broken.db").declare(TOPOLOGY, "shop")

    def test_an_interrupted_receiver_leaves_its_messages_to_the_next(self, bus: Bus, receive, tmp_path: Path) -> None:
        self.publish(bus, message(order()))
        with sqlite3.connect(tmp_path / "bus.db") as file:
            (waiting,) = file.execute("SELECT count(*) FROM messages WHERE queue = 'store.inbox'").fetchone()
        assert waiting == 1
        receiver = receive("store")
        until(lambda: receiver.ids)
        until(lambda: not self._count(tmp_path, "store.inbox"))

    def _count(self, folder: Path, queue: str) -> int:
        with sqlite3.connect(folder / "bus.db") as file:
            counted: int = file.execute("SELECT count(*) FROM messages WHERE queue = ?", (queue,)).fetchone()[0]
        return counted


@pytest.mark.stack
class TestRabbitBus(BusContract):
    @pytest.fixture
    def url(self) -> str:
        return empty_broker()

    @pytest.fixture
    def bus(self, url: str) -> Bus:
        made = RabbitBus(url)
        assert made.declare(TOPOLOGY, "shop") == set()
        return made

    @pytest.fixture
    def channel(self, url: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
        connection = pika.BlockingConnection(pika.URLParameters(url))
        yield connection.channel()
        connection.close()

    def test_no_broker_is_said_so(self) -> None:
        nowhere = RabbitBus("amqp://guest:guest@127.0.0.1:9/%2F")
        with pytest.raises(BusUnavailable, match=r"127\.0\.0\.1"):
            nowhere.declare(TOPOLOGY, "shop")
        with pytest.raises(BusUnavailable):
            nowhere.publisher(TOPOLOGY, "shop").publish([message(order())])
        with pytest.raises(BusUnavailable):
            nowhere.receive(TOPOLOGY, "store", lambda batch: None, Stop())

    def test_an_event_whose_binding_is_gone_is_refused_and_the_binding_made_again(self, bus: Bus, channel) -> None:
        publisher = bus.publisher(TOPOLOGY, "store")
        lost, well = message(order(1, OTHER)), message(order(2))
        publisher.publish([message(order(0, OTHER))])
        channel.queue_unbind("store.inbox", "events", routing_key=OTHER)
        outcome = publisher.publish([lost, well])
        assert outcome.confirmed == [well.event_id]
        assert "binding" in outcome.failed[lost.event_id]

        def gets_through() -> bool:
            return publisher.publish([lost]).confirmed == [lost.event_id]

        until(gets_through)
        publisher.close()

    def test_a_message_given_to_the_broker_under_another_type_keeps_its_routing_key(
        self, bus: Bus, channel, receive
    ) -> None:
        channel.basic_publish("events", COUNTED, b"{}", pika.BasicProperties(type=OTHER, message_id="odd"))
        receiver = receive("store")
        until(lambda: receiver.ids)
        assert receiver.batches[0][0].type == COUNTED

    def test_what_the_broker_gave_up_on_is_still_received(self, bus: Bus, channel, receive) -> None:
        sent = message(order())
        self.publish(bus, sent)

        def is_dead() -> bool:
            method, _properties, _body = channel.basic_get("store.inbox")
            if method:
                channel.basic_reject(method.delivery_tag, requeue=True)
            return bool(channel.queue_declare("store.dead", passive=True).method.message_count)

        until(is_dead)
        receiver = receive("store")
        until(lambda: receiver.ids)
        assert receiver.ids == [sent.event_id]


@pytest.mark.parametrize("url", ["kafka://somewhere", "http://somewhere", "bus.db"])
def test_an_unknown_bus_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no bus"):
        open_bus(url)

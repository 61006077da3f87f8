"""How quick events are, against their limits: ratios within one run, as machines differ."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from unittest import mock

import pika
import pytest
from sqlalchemy import Integer, MetaData, String, delete
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chassis import inbox, outbox
from services.chassis.bus import Message
from services.chassis.bus.rabbitmq import RabbitBus
from services.chassis.database import Database, Id, insert_into
from services.chassis.inbox import INBOX
from services.chassis.outbox import OUTBOX, Relay
from services.chassis.wake import Stop
from services.chassis.watchdog import Watchdog
from tests.benchmarks import bare_pika
from tests.chassis import messaging
from tests.chassis.messaging import COUNTED, TOPOLOGY, effects, message, order, until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
EVENTS = 5000
FEW = 300
TEXT = "x" * 600  # which makes an envelope of about 1 KB


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(**figures: float) -> None:
    sys.stderr.write("  ".join(f"{name} {value:,.2f}" for name, value in figures.items()) + "\n")


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Database]:
    with messaging.open_database("postgresql", tmp_path) as database:
        yield database


@pytest.fixture
def broker() -> str:
    url = messaging.empty_broker()
    RabbitBus(url).declare(TOPOLOGY, "shop")
    return url


def fill_outbox(database: Database, count: int) -> None:
    with database.unit_of_work() as session:
        session.execute(delete(OUTBOX))
        for number in range(count):
            outbox.record(session, COUNTED, subject="x", version=1, data={"number": number, "text": TEXT})


def test_the_relay_against_bare_pika(postgres: Database, broker: str) -> None:
    body = message(order()).body
    bodies = [body + TEXT.encode()] * EVENTS
    publisher = RabbitBus(broker).publisher(TOPOLOGY, "shop")
    relay = Relay("shop", postgres, publisher, Watchdog())

    def run_relay() -> None:
        while relay.run_once():
            pass

    fill_outbox(postgres, 10)
    run_relay()
    relayed, bare, singly = [], [], []
    for _ in range(3):
        fill_outbox(postgres, EVENTS)
        relayed.append(EVENTS / seconds(run_relay))
        bare.append(EVENTS / seconds(lambda: bare_pika.in_flight(broker, "events", COUNTED, bodies)))
        fill_outbox(postgres, FEW)
        with mock.patch.object(outbox, "BATCH", 1):
            singly.append(FEW / seconds(run_relay))
    publisher.close()
    best = max(relayed)
    report(relay=best, bare=max(bare), one_by_one=max(singly), ratio=best / max(bare), times=best / median(singly))
    assert best >= 0.6 * max(bare)
    assert best >= 20 * median(singly)


def test_the_receiver_against_a_transaction_for_each_message(postgres: Database, broker: str) -> None:
    bus = RabbitBus(broker)

    def publish(count: int) -> None:
        publisher = bus.publisher(TOPOLOGY, "shop")
        events = [order(number) for number in range(count)]
        for start in range(0, count, 500):
            publisher.publish([message(event) for event in events[start : start + 500]])
        publisher.close()

    def receive_all(count: int) -> None:
        stop, got = Stop(), []

        def accept(batch: list[Message]) -> None:
            got.append(inbox.accept(postgres, "store", batch))
            if sum(got) >= count:
                stop.set()

        bus.receive(TOPOLOGY, "store", accept, stop)

    def receive_singly(count: int) -> None:
        connection = pika.BlockingConnection(pika.URLParameters(broker))
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        for number, (deliver, _properties, body) in enumerate(channel.consume("store.inbox"), 1):
            row = inbox._row(Message("", deliver.routing_key, body))
            with postgres.unit_of_work() as session:
                session.execute(insert_into(session, INBOX).values(**row).on_conflict_do_nothing())
            channel.basic_ack(deliver.delivery_tag)
            if number == count:
                break
        channel.cancel()
        connection.close()

    publish(500)
    singly = 500 / seconds(lambda: receive_singly(500))
    rates = []
    for _ in range(2):
        publish(EVENTS)
        rates.append(EVENTS / seconds(lambda: receive_all(EVENTS)))
    report(receiver=max(rates), one_by_one=singly, times=max(rates) / singly)
    assert max(rates) >= 8 * singly


class TestFromCommitToEffect:
    """Two workers as programs of their own; the time from a commit in one database to one in the other."""

    @contextmanager
    def worker(self, service: str, folder: Path, database: Database, bus: str) -> Iterator[None]:
        url = database.url.render_as_string(hide_password=False)
        given = {"service": service, "folder": str(folder), "database": url, "bus": bus}
        log = folder / f"{service}.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "tests.chassis.worker_process", json.dumps(given)]
            process = subprocess.Popen(command, stderr=output)
        try:
            until(lambda: b"worker started" in log.read_bytes())
            yield
        finally:
            process.terminate()
            process.wait(15)

    def measure(self, shop: Database, store: Database, count: int = 200) -> list[float]:
        waker, stop, taken = store.waker("effects"), Stop(), []
        waker.wait(stop, 0)
        messaging.record_orders(shop, range(25))  # the first ones are handled with more care
        until(lambda: len(effects(store)) == 25)
        pause = threading.Event()
        for number in range(count):
            while waker.wait(stop, 0.02):
                pass
            pause.wait(0.005 * (number % 5))
            began = time.perf_counter()
            messaging.record_orders(shop, [1000 + number])
            assert waker.wait(stop, 5), "it took no effect within 5 s"
            taken.append((time.perf_counter() - began) * 1000)
        assert len(effects(store)) == 25 + count
        waker.close()
        return taken

    def figures(self, kind: str, bus: str, folder: Path) -> tuple[float, float]:
        for name in ("shop", "store"):
            (folder / name).mkdir()
        url = messaging.bus_url(bus, folder)
        with (
            messaging.open_database(kind, folder / "shop") as shop,
            messaging.open_database(kind, folder / "store") as store,
            self.worker("shop", folder, shop, url),
            self.worker("store", folder, store, url),
        ):
            taken = self.measure(shop, store)
        p50, p95 = median(taken), quantiles(taken, n=20)[-1]
        report(p50_ms=p50, p95_ms=p95)
        return p50, p95

    def test_on_rabbitmq_and_postgresql(self, tmp_path: Path) -> None:
        p50, p95 = self.figures("postgresql", "rabbitmq", tmp_path)
        assert p50 <= 12
        assert p95 <= 30

    def test_on_one_machine(self, tmp_path: Path) -> None:
        _p50, p95 = self.figures("sqlite", "local", tmp_path)
        assert p95 <= 60


class Model(DeclarativeBase):
    metadata = MetaData()


class Thing(Model):
    """A row such as any action writes."""

    __tablename__ = "things"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Integer)


@pytest.mark.parametrize(("kind", "limit"), [("postgresql", 1.25), ("sqlite", 1.15)])
def test_what_the_outbox_row_costs_a_command(kind: str, limit: float, tmp_path: Path) -> None:
    def command(database: Database, *, says_so: bool) -> None:
        with database.unit_of_work() as session:
            thing = Thing(name="A thing of some size", size=17)
            session.add(thing)
            session.flush()
            if says_so:
                outbox.record(session, COUNTED, subject=thing.id, version=1, data={"number": 1, "text": "x" * 200})

    def batch(database: Database, *, says_so: bool) -> float:
        return seconds(lambda: [command(database, says_so=says_so) for _ in range(100)])

    with messaging.open_database(kind, tmp_path) as database:
        Model.metadata.create_all(database.engine)
        batch(database, says_so=True)
        rounds = [(batch(database, says_so=False), batch(database, says_so=True)) for _ in range(15)]
    ratio = median(with_it / without for without, with_it in rounds)
    alone = min(without for without, _ in rounds)
    report(ms_alone=alone * 10, ratio=ratio, ratio_of_best=min(w for _, w in rounds) / alone)
    assert min(ratio, min(with_it for _, with_it in rounds) / alone) <= limit

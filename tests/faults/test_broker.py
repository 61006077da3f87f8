"""The broker hangs, runs out of disk, is killed, or loses a queue: writes go on, nothing is lost, all is sent later."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest

from services.chassis import outbox, wake, worker_health
from services.chassis.bus import BusUnavailable, rabbitmq, rabbitmq_publisher
from services.chassis.bus.rabbitmq import RabbitBus
from services.chassis.database import Database
from services.chassis.outbox import Relay
from services.chassis.testing.rabbitmq_server import RabbitServer
from services.chassis.watchdog import Watchdog
from services.chassis.worker import Worker
from tests.chassis import messaging
from tests.chassis.messaging import OTHER, TOPOLOGY, effects, record_orders, runtime, service, until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]
QUICK = "?socket_timeout=2&stack_timeout=3&blocked_connection_timeout=3&heartbeat=4"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "store").mkdir()
    with messaging.open_database("sqlite", tmp_path / "store") as database:
        yield database


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "shop").mkdir()
    with messaging.open_database("sqlite", tmp_path / "shop") as database:
        yield database


@pytest.fixture
def run(tmp_path: Path, broker: RabbitServer) -> Iterator[Callable[[str, Database], Worker]]:
    """A function that runs the worker of a service on the broker."""
    workers: list[Worker] = []

    def run_one(name: str, database: Database) -> Worker:
        handlers = {} if name == "shop" else None
        workers.append(Worker(runtime(service(name, handlers), database, tmp_path), RabbitBus(broker.url + QUICK)))
        workers[-1].start()
        return workers[-1]

    yield run_one
    for worker in workers:
        worker.stop.set()
    for worker in workers:
        worker.join()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the patience with a broker that does not answer."""
    monkeypatch.setattr(rabbitmq_publisher, "CONFIRM_SECONDS", 2.0)
    monkeypatch.setattr(rabbitmq_publisher, "CONNECT_SECONDS", 3.0)


@pytest.fixture(autouse=True)
def empty(broker: RabbitServer) -> None:
    """Take away what a test before has left in the queues."""
    RabbitBus(broker.url).declare(TOPOLOGY, "shop")
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    connection.channel().queue_purge("store.inbox")
    connection.close()


def relay(database: Database, broker: RabbitServer) -> Relay:
    return Relay("shop", database, RabbitBus(broker.url + QUICK).publisher(TOPOLOGY, "shop"), Watchdog())


@pytest.mark.usefixtures("hasty")
def test_a_broker_that_hangs_costs_the_relay_a_time_limit(shop: Database, broker: RabbitServer) -> None:
    record_orders(shop, [1])
    running = relay(shop, broker)
    assert running.run_once() == 1
    record_orders(shop, [2])
    broker.freeze()
    try:
        for _ in range(2):  # on the connection it had, and on a new one
            with pytest.raises(BusUnavailable):
                running.run_once()
    finally:
        broker.thaw()

    def sent() -> bool:
        try:
            return running.run_once() == 1
        except BusUnavailable:
            return False

    until(sent)


@pytest.mark.usefixtures("hasty")
def test_a_full_disk_of_the_broker_delays_and_loses_nothing(
    run, shop: Database, store: Database, broker: RabbitServer
) -> None:
    worker = run("shop", shop)
    run("store", store)
    record_orders(shop, [1])
    until(lambda: effects(store) == [1])
    broker.control("set_disk_free_limit", "900000GB")
    try:
        record_orders(shop, [2])
        until(lambda: "relay" in worker.health._errors, seconds=30)
        record_orders(shop, [3])
    finally:
        broker.control("set_disk_free_limit", "1MB")
    until(lambda: effects(store) == [1, 2, 3], seconds=30)


def test_workers_outlive_a_broker_that_is_killed(run, shop: Database, store: Database, broker: RabbitServer) -> None:
    publishing, receiving = run("shop", shop), run("store", store)
    record_orders(shop, range(100))
    until(lambda: len(effects(store)) == 100)
    broker.kill()
    record_orders(shop, range(100, 200))
    until(lambda: "relay" in publishing.health._errors and "receive" in receiving.health._errors)
    broker.start()
    until(lambda: effects(store) == list(range(200)), seconds=15)


def test_a_queue_that_is_deleted_is_made_again(run, shop: Database, store: Database, broker: RabbitServer) -> None:
    run("shop", shop)
    run("store", store)
    record_orders(shop, [1])
    until(lambda: effects(store) == [1])
    broker.control("delete_queue", "store.inbox")

    def gets_through() -> bool:
        record_orders(shop, [2])
        return 2 in effects(store)

    until(gets_through)


def unbind(broker: RabbitServer) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    connection.channel().queue_unbind("store.inbox", "events", routing_key=OTHER)
    connection.close()


def test_a_binding_that_is_deleted_turns_health_red_and_is_made_again(
    run, shop: Database, store: Database, broker: RabbitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbitmq, "BIND_SECONDS", 4.0)
    monkeypatch.setattr(worker_health, "UNREADY_SECONDS", 1.0)
    monkeypatch.setattr(outbox, "REST_SECONDS", 3.0)
    worker = run("shop", shop)
    run("store", store)
    record_orders(shop, [1])
    until(lambda: effects(store) == [1])
    unbind(broker)
    record_orders(shop, [2], OTHER)
    until(lambda: "binding" in worker.health.problems().get("relay", ""), seconds=10)
    until(lambda: effects(store) == [1, 2], seconds=20)
    until(lambda: not worker.health.problems())


def test_the_times_of_a_binding_that_is_gone_keep_to_the_limit() -> None:
    looks = outbox.REST_SECONDS + rabbitmq.BIND_SECONDS
    assert worker_health.UNREADY_SECONDS + wake.SAFETY_SECONDS < 30, "red within 30 s"
    assert looks < 60, "and mended within a minute"

"""The loops of a service: events get from one to the other, loops that fail start again, a stop is clean."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from services.chassis import wake
from services.chassis import worker as worker_module
from services.chassis.bus import Bus, BusUnavailable
from services.chassis.bus.local import LocalBus
from services.chassis.database import Database
from services.chassis.inbox import INBOX
from services.chassis.service import Sender, Service, Timer
from services.chassis.testing.programs import free_port
from services.chassis.worker import Worker
from services.chassis.worker_health import Health
from tests.chassis import messaging
from tests.chassis.messaging import COUNTED, OTHER, effects, record_orders, runtime, service, until

Start = Callable[..., Worker]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A function that starts the worker of a service in this process."""
    workers: list[Worker] = []

    def start_one(of: Service, database: Database, bus: Bus) -> Worker:
        worker = Worker(runtime(of, database, tmp_path), bus)
        workers.append(worker)
        worker.start()
        return worker

    yield start_one
    for worker in workers:
        worker.stop.set()
    assert [worker.join() for worker in workers] == [[] for _ in workers]


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.stack)])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Database, Bus]]:
    """The databases of a shop and a store, and a bus between them: of one machine, and of many."""
    kind, bus = ("sqlite", "local") if request.param == "embedded" else ("postgresql", "rabbitmq")
    for name in ("shop", "store"):
        (tmp_path / name).mkdir()
    shop, store = (messaging.open_database(kind, tmp_path / name) for name in ("shop", "store"))
    with shop as shop_database, store as store_database:
        yield shop_database, store_database, messaging.bus_at(messaging.bus_url(bus, tmp_path))


def test_what_one_service_records_takes_effect_in_another(stack, start: Start) -> None:
    shop, store, bus = stack
    start(service("shop", {}), shop, bus)
    start(service("store"), store, bus)
    record_orders(shop, range(50))
    record_orders(shop, range(50, 60), OTHER)
    until(lambda: len(effects(store)) == 60)
    assert effects(store) == list(range(60))


def test_events_of_a_time_without_workers_are_kept(stack, start: Start) -> None:
    shop, store, bus = stack
    record_orders(shop, range(5))
    publishing = start(service("shop", {}), shop, bus)
    until(lambda: not unpublished(shop))
    publishing.stop.set()
    assert publishing.join() == []
    start(service("store"), store, bus)
    until(lambda: effects(store) == list(range(5)))


def unpublished(database: Database) -> int:
    with database.reading() as session:
        from services.chassis.outbox import unsent

        return len(unsent(session, limit=200))


def test_an_idle_worker_acts_within_the_blink_of_an_eye(stack, start: Start) -> None:
    shop, store, bus = stack
    start(service("shop", {}), shop, bus)
    start(service("store"), store, bus)
    record_orders(shop, [0])
    until(lambda: effects(store))
    seconds = []
    for number in range(1, 6):
        began = time.monotonic()
        record_orders(shop, [number])
        until(lambda number=number: number in effects(store))
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[2] < wake.SAFETY_SECONDS / 2, "it was found by the safety poll, not by waking"


def test_a_loop_that_fails_starts_again_and_stops_no_other(
    sqlite_database: Database, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "FIRST_PAUSE", 0.01)
    runs: list[str] = []

    def fail_twice(runtime) -> None:
        runs.append("tick")
        if len(runs) < 3:
            raise RuntimeError("not yet")

    worker = start(
        service("store", timers=(Timer("tick", 0.01, fail_twice),)), sqlite_database, LocalBus(tmp_path / "bus.db")
    )
    until(lambda: len(runs) >= 5)
    until(lambda: "timer tick" not in worker.health._errors)


def test_a_timer_runs_at_the_start_and_then_every_so_often(
    sqlite_database: Database, tmp_path: Path, start: Start
) -> None:
    runs: list[str] = []
    timers = (
        Timer("often", 0.01, lambda runtime: runs.append("often")),
        Timer("seldom", 3600, lambda runtime: runs.append("seldom")),
    )
    start(service("store", timers=timers), sqlite_database, LocalBus(tmp_path / "bus.db"))
    until(lambda: runs.count("often") >= 5)
    assert runs.count("seldom") == 1


def test_a_sender_runs_until_all_is_sent_and_again_when_woken(
    sqlite_database: Database, tmp_path: Path, start: Start
) -> None:
    waiting, sent = [1, 2, 3], []

    def send(runtime) -> bool:
        if not waiting:
            return False
        sent.append(waiting.pop(0))
        return True

    start(service("store", senders=(Sender("post", send),)), sqlite_database, LocalBus(tmp_path / "bus.db"))
    until(lambda: sent == [1, 2, 3])
    waiting.append(4)
    with sqlite_database.unit_of_work() as session:
        wake.on_commit(session, "post")
    until(lambda: sent == [1, 2, 3, 4], seconds=wake.SAFETY_SECONDS / 2)


def test_a_bus_that_comes_back_is_used_again(
    sqlite_database: Database, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = LocalBus(tmp_path / "bus.db")
    publisher, away = bus.publisher(messaging.TOPOLOGY, "shop"), [True]
    publish = publisher.publish

    def publish_unless_away(batch):
        if away:
            raise BusUnavailable("nobody there")
        return publish(batch)

    monkeypatch.setattr(publisher, "publish", publish_unless_away)
    monkeypatch.setattr(bus, "publisher", lambda topology, own: publisher)
    record_orders(sqlite_database, [1])
    worker = start(service("shop", {}), sqlite_database, bus)
    until(lambda: "relay" in worker.health._errors)
    away.clear()
    until(lambda: not unpublished(sqlite_database), seconds=15)
    until(lambda: "relay" not in worker.health._errors)


class TestHealth:
    def test_a_loop_that_keeps_failing_makes_the_worker_unready(self, sqlite_database: Database, time_machine) -> None:
        health = Health(sqlite_database, "store")
        health.failed("relay", BusUnavailable("nobody there"))
        assert health.problems() == {}, "as while the broker starts anew"
        health._failing_since["relay"] -= 60
        health.failed("relay", BusUnavailable("still nobody there"))
        assert health.problems() == {"relay": "BusUnavailable: still nobody there"}
        health.works("relay")
        assert health.problems() == {}


class Process:
    """A worker as a program of its own."""

    def __init__(self, folder: Path, database: Database, bus_url: str, **more: str) -> None:
        self.port, self._log = free_port(), folder / "worker.log"
        given = {
            "service": "store",
            "folder": str(folder),
            "database": database.url.render_as_string(hide_password=False),
            "bus": bus_url,
            "port": self.port,
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chassis.worker_process", json.dumps(given)],
                env=os.environ | more,
                stderr=log,
            )
        until(lambda: "worker started" in self.log)

    @property
    def log(self) -> str:
        return self._log.read_text()

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=5)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


@pytest.fixture
def process(sqlite_database: Database, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []

    def start_one(**more: str) -> Process:
        processes.append(Process(tmp_path, sqlite_database, f"local:///{tmp_path}/bus.db", **more))
        return processes[-1]

    yield start_one
    for each in processes:
        each.process.kill()
        each.process.wait()


class TestProgram:
    def publish(self, tmp_path: Path, *numbers: int) -> None:
        publisher = LocalBus(tmp_path / "bus.db").publisher(messaging.TOPOLOGY, "shop")
        publisher.publish([messaging.message(messaging.order(number)) for number in numbers])
        publisher.close()

    def test_it_tells_that_it_is_well_and_its_figures(self, process, tmp_path: Path) -> None:
        worker = process()
        assert worker.get("/healthz").json() == {"status": "alive"}
        assert worker.get("/readyz").json() == {"status": "ready", "problems": {}}
        self.publish(tmp_path, 1)
        until(
            lambda: (
                f'atrio_events_handled_total{{outcome="handled",service="store",type="{COUNTED}"}} 1.0'
                in worker.get("/metrics").text
            )
        )
        assert 'atrio_inbox_dead{service="store"} 0.0' in worker.get("/metrics").text
        assert worker.get("/else").status_code == 404

    def test_a_stop_while_idle_is_quick_and_clean(self, process) -> None:
        worker = process()
        began = time.monotonic()
        assert worker.stop() == 0
        assert time.monotonic() - began < 5
        assert '"event": "worker ended"' in worker.log
        assert "Traceback" not in worker.log

    def test_a_stop_lets_the_event_in_hand_be_finished(
        self, process, sqlite_database: Database, tmp_path: Path
    ) -> None:
        begun = tmp_path / "begun"
        worker = process(SECONDS="1.5", BEGUN=str(begun))
        self.publish(tmp_path, 1, 2)
        until(begun.exists)
        assert worker.stop() == 0
        with sqlite_database.reading() as session:
            handled = session.execute(select(INBOX.c.handled_at).where(INBOX.c.handled_at.is_not(None))).all()
        assert len(handled) == len(effects(sqlite_database)) == 1

    def test_what_takes_too_long_is_left_whole_to_the_next(
        self, process, sqlite_database: Database, tmp_path: Path
    ) -> None:
        begun = tmp_path / "begun"
        worker = process(SECONDS="60", BEGUN=str(begun))
        self.publish(tmp_path, 1)
        until(begun.exists)
        began = time.monotonic()
        worker.stop()
        assert time.monotonic() - began < 12
        assert effects(sqlite_database) == []
        with sqlite_database.reading() as session:
            assert session.execute(select(INBOX.c.handled_at)).scalar_one() is None

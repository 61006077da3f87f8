"""The loops of one service: relay, receive, handle, keep time, send.

Each loop has a thread. One that fails is started again, later each time; the others go on meanwhile. A stop
(SIGTERM, SIGINT) cuts every wait short, lets each loop finish what it has in hand, and ends the process
within `DRAIN_SECONDS`: what was not finished by then was not committed, and is done by the next worker.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic

from sqlalchemy import text

from services.chassis import inbox, observability, outbox
from services.chassis.bus import Bus, BusUnavailable, Topology, open_bus
from services.chassis.outbox import Relay
from services.chassis.runtime import Runtime
from services.chassis.service import Sender, Service, Timer
from services.chassis.settings import Settings
from services.chassis.wake import SAFETY_SECONDS, Stop
from services.chassis.watchdog import Watchdog
from services.chassis.worker_health import Health, serve_health

DRAIN_SECONDS = 9.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
CALM_SECONDS = 30.0
"""A loop that ran this long before it failed starts with the first pause again."""
PRUNE_SECONDS = 3600.0
SWITCH_SECONDS = 0.001
"""How long one loop may keep the interpreter from another that was woken; Python's 5 ms are felt in each event."""
NICENESS = 5
"""What a worker does can wait a moment; somebody waits for a page (nice(1), where programs share a machine)."""
log = observability.logger(__name__)


class Worker:
    """The running loops of the service of `runtime`."""

    def __init__(self, runtime: Runtime, bus: Bus | None = None, *, end: Callable[[], None] | None = None) -> None:
        self.runtime, self.stop = runtime, Stop()
        self.health = Health(runtime.database, runtime.service.name)
        self._bus = bus or open_bus(runtime.settings.bus_url)
        self._topology = Topology(runtime.service.contracts.SUBSCRIPTIONS)
        self._watchdog = Watchdog(end) if end else Watchdog()
        self._threads: list[threading.Thread] = []

    def loops(self) -> dict[str, Callable[[], None]]:
        """Return every loop of the service by its name."""
        service, settings = self.runtime.service, self.runtime.settings
        loops: dict[str, Callable[[], None]] = {"relay": self._relay}
        if service.name in self._topology.subscriptions:
            loops["receive"] = self._receive
        loops |= {f"handle {number}": self._handle for number in range(1, settings.handlers + 1)}
        loops |= {f"send {sender.name}": partial(self._send, sender) for sender in service.senders}
        for timer in (*service.timers, *self._own_timers()):
            loops[f"timer {timer.name}"] = partial(self._keep_time, timer)
        return loops

    def start(self) -> None:
        """Start every loop in a thread."""
        for name, loop in self.loops().items():
            thread = threading.Thread(target=self.keep_running, args=(name, loop), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def join(self) -> list[str]:
        """Wait for the loops after a stop; return the names of those that did not end in time."""
        until = monotonic() + DRAIN_SECONDS
        for thread in self._threads:
            thread.join(max(until - monotonic(), 0))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def keep_running(self, name: str, loop: Callable[[], None]) -> None:
        """Run one loop until the stop, and again when it fails."""
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            began = monotonic()
            try:
                loop()
            except Exception as error:
                if self.stop.is_set():
                    return
                if monotonic() - began > CALM_SECONDS:
                    pause = FIRST_PAUSE
                self.health.failed(name, error)
                known = isinstance(error, BusUnavailable)  # a trace would say no more than the text
                log.error(
                    "a loop failed and starts again",
                    loop=name,
                    pause=pause,
                    error=str(error),
                    exc_info=None if known else error,
                )
                self.stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _relay(self) -> None:
        publisher = self._bus.publisher(self._topology, self.runtime.service.name)
        waker = self.runtime.database.waker(outbox.CHANNEL)
        try:
            relay = Relay(self.runtime.service.name, self.runtime.database, publisher, self._watchdog)
            while not self.stop.is_set():
                published = relay.run_once()
                if relay.refused:
                    self.health.failed("relay", BusUnavailable(relay.refused))
                else:
                    self.health.works("relay")
                if not published:
                    waker.wait(self.stop)
        finally:
            waker.close()
            publisher.close()

    def _receive(self) -> None:
        name = self.runtime.service.name
        self._bus.declare(self._topology, name)
        self.health.works("receive")
        accept = partial(inbox.accept, self.runtime.database, name)
        self._bus.receive(self._topology, name, accept, self.stop)

    def _handle(self) -> None:
        waker = self.runtime.database.waker(inbox.CHANNEL)
        try:
            handling = inbox.Handling(self.runtime)
            while not self.stop.is_set():
                while handling.run_once() and not self.stop.is_set():
                    self.health.works("handle")
                # Nobody tells when an event that failed is due again, hence the look.
                while not waker.wait(self.stop) and not self.stop.is_set() and not handling.is_due():
                    self.health.works("handle")
        finally:
            waker.close()

    def _send(self, sender: Sender) -> None:
        waker = self.runtime.database.waker(sender.name)
        try:
            while not self.stop.is_set():
                did_something = sender.run(self.runtime)
                self.health.works(f"send {sender.name}")
                if not did_something:
                    waker.wait(self.stop)
        finally:
            waker.close()

    def _keep_time(self, timer: Timer) -> None:
        while not self.stop.is_set():
            timer.run(self.runtime)
            self.health.works(f"timer {timer.name}")
            self.stop.wait(timer.every_seconds)

    def _own_timers(self) -> list[Timer]:
        database, settings = self.runtime.database, self.runtime.settings

        def prune(_runtime: Runtime) -> None:
            outbox.prune(database, settings.outbox_days)
            inbox.prune(database, settings.inbox_days)

        return [Timer("prune", PRUNE_SECONDS, prune)]


def rehearse(runtime: Runtime) -> None:
    """Look once for what the loops look for, and close what that opened: for a parent that forks workers."""
    inbox.Handling(runtime).is_due()
    with runtime.database.unit_of_work() as session:
        session.execute(text("SELECT 1"))
    runtime.dispose()


def run_worker(service: Service, settings: Settings, runtime: Runtime | None = None) -> None:
    """Run the loops of `service` until SIGTERM or SIGINT; with `runtime`, where that was made before a fork."""
    sys.setswitchinterval(SWITCH_SECONDS)
    os.nice(NICENESS)
    runtime = runtime or Runtime(service, settings)
    if service.on_start:
        service.on_start(runtime)
    worker = Worker(runtime)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    if settings.worker_port:
        serve_health(worker.health, settings.worker_port)
    worker.start()
    log.info("worker started", bus=settings.bus_url.partition("://")[0])
    while not worker.stop.wait(60):
        pass
    late = worker.join()
    log.info("worker ended", unfinished=late or None)
    if not late:
        runtime.dispose()


__all__ = ["SAFETY_SECONDS", "Worker", "run_worker"]

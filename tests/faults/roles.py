"""The relay, the receiver and the handler, each as a process that can be killed anywhere, and where it hurts most."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from services.chassis.bus import Accept, Bus, Message, Outcome, Publisher, Topology
from services.chassis.database import Database
from services.chassis.wake import Stop
from services.chassis.worker import Worker
from tests.chassis.messaging import COUNTED, bus_at, count, runtime, service

ROLES = {"relay": "relay", "receive": "receive", "handle": "handle 1"}
"""Each role and its loop in the worker."""
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.faults.roles", "services.chassis.bus.rabbitmq", "psycopg"])


@dataclass(frozen=True)
class Scene:
    """Where a role plays."""

    folder: Path
    bus_url: str
    shop_url: str
    store_url: str

    def flag(self, role: str) -> Path:
        """Return the file that asks a role to die at the worst moment."""
        return self.folder / f"{role}.die"

    @property
    def repeats(self) -> Path:
        """The file in which the receiver writes a byte for each event that it had been given before."""
        return self.folder / "repeats"


def die_if_asked(scene: Scene, role: str) -> None:
    """End this process by kill -9 where the scene asks for it."""
    if scene.flag(role).exists():
        scene.flag(role).unlink()
        os.kill(os.getpid(), signal.SIGKILL)


class MortalPublisher:
    """Dies after the bus has confirmed, before anyone can write it down."""

    def __init__(self, inner: Publisher, scene: Scene) -> None:
        self._inner, self._scene = inner, scene

    def publish(self, batch: Sequence[Message]) -> Outcome:
        outcome = self._inner.publish(batch)
        die_if_asked(self._scene, "relay")
        return outcome

    def close(self) -> None:
        self._inner.close()


class MortalBus:
    """Dies after the events are stored, before the bus knows."""

    def __init__(self, inner: Bus, scene: Scene) -> None:
        self._inner, self._scene = inner, scene

    def declare(self, topology: Topology, own: str) -> set[str]:
        return self._inner.declare(topology, own)

    def publisher(self, topology: Topology, own: str) -> Publisher:
        return MortalPublisher(self._inner.publisher(topology, own), self._scene)

    def receive(self, topology: Topology, service: str, accept: Accept, stop: Stop) -> None:
        repeats = os.open(self._scene.repeats, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def accept_and_count(batch: Sequence[Message]) -> None:
            new: Any = accept(batch)
            os.write(repeats, b"." * (len(batch) - new))
            die_if_asked(self._scene, "receive")

        self._inner.receive(topology, service, accept_and_count, stop)


def play(role: str, scene: Scene) -> None:
    """Run one loop of a service until killed."""

    def count_and_die(session: Any, event: Any, of: Any) -> None:
        count(session, event, of)
        session.flush()
        die_if_asked(scene, "handle")

    name = "shop" if role == "relay" else "store"
    url = scene.shop_url if role == "relay" else scene.store_url
    of = runtime(service(name, {COUNTED: count_and_die}), Database(url), scene.folder)
    worker = Worker(of, MortalBus(bus_at(scene.bus_url), scene))
    loop = ROLES[role]
    worker.keep_running(loop, worker.loops()[loop])


class Cast:
    """The three processes; whoever dies is replaced."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._processes: dict[str, BaseProcess] = {role: self._start(role) for role in ROLES}

    def _start(self, role: str) -> BaseProcess:
        process = _forks.Process(target=play, args=(role, self._scene), name=role, daemon=True)
        process.start()
        return process

    def kill(self, role: str, *, at_the_worst_moment: bool) -> None:
        """Kill -9 a role, now or at its worst moment, and start it anew."""
        process = self._processes[role]
        if at_the_worst_moment:
            self._scene.flag(role).touch()
        else:
            process.kill()
        process.join(40)
        assert process.exitcode == -signal.SIGKILL, f"{role} does not get to its worst moment"
        self._processes[role] = self._start(role)

    def end(self) -> None:
        """Kill them all."""
        for process in self._processes.values():
            process.kill()
            process.join()

"""`atrio up`: the whole of Atrio on one machine, on loopback, over SQLite and the local bus.

It runs the programs that production runs. They are built in this process before they are forked, so that what is
the same in eleven processes is in memory once; the libraries for PDF are loaded by signing alone, when it needs them.
"""

import gc
import importlib
import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from setproctitle import setproctitle
from sqlalchemy.orm import configure_mappers

from deploy.child import Child, ChildFailed, run_in_child
from deploy.memory import give_memory_back, prepare_to_fork
from deploy.preconditions import CannotStart, check_assets, held_folder, open_ports
from deploy.supervisor import Program, Supervisor
from services.chassis.settings import Settings
from services.contracts import SERVICES

THREADS = 64
"""At most, in each program: threads are made when needed, and one that waits for another service costs little."""
READY_SECONDS = 60

Say = Callable[[str], None]


def up(*, demo: bool) -> None:
    """Run Atrio on this machine until Ctrl-C; leave with one line and status 1 where it cannot be started.

    With `demo`, a data folder that was empty gets a firm to look at.
    """
    _allow_fork_on_macos()
    data = Path(os.environ.get("ATRIO_DATA") or "var").absolute()
    os.environ["ATRIO_DATA"] = str(data)  # whatever folder a child changes to
    try:
        with held_folder(data) as empty:
            if empty and demo:
                (data / "demo.unfinished").touch()
            os.environ["ATRIO_DEMO_FILE"] = str(data / "demo.json")  # whose people's codes the mailbox shows
            check_assets()
            Local(Settings.load("gateway", SERVICES), say=lambda line: print(line, flush=True)).run()
    except CannotStart as error:
        raise SystemExit(f"Atrio cannot start. {error}") from None


class Local:
    """One run of Atrio on this machine; `say` is told in short lines how it goes."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.data, self.url, self.say = settings.data, settings.public_url, say
        self.sockets = open_ports(SERVICES, settings.port)
        self._rehearsing: list[Any] = []
        self.supervisor = Supervisor(self.data / "logs", say)

    def run(self) -> None:
        """Start everything, say where it is, and keep it running until stopped. Raises `CannotStart`."""
        began = time.monotonic()
        self.say(f"Atrio starts; its data is in {self.data}")
        self.supervisor.catch_signals()
        setproctitle(f"atrio up on {self.url}")
        try:
            self._start()
            self.supervisor.restarting = True
            self._make_demo()
            if not self.supervisor.stopping:
                self.say(f"Ready in {time.monotonic() - began:.1f} s.\n")
                self._show_addresses()
            self.supervisor.run()
        finally:
            self.supervisor.stop()
        self.say("Atrio has stopped.")

    def _start(self) -> None:
        with self._step("libraries loaded"):
            give_memory_back()
            gc.disable()
            load_shared_modules()
        with self._step("databases up to date"):
            migration = run_in_child(_migrate)
            programs = [program for name in SERVICES for program in self._programs(name)]
            _finish(migration)
            for program in self._rehearsing:
                program.rehearse()
        with self._step(f"{len(programs)} programs running"):
            self._filling = prepare_to_fork()
            for program in programs:
                self.supervisor.start(program)
            self._await_ready()

    def _programs(self, name: str) -> list[Program]:
        """Build the programs of the part `name`, before the fork, so that they share what is the same."""
        from deploy.programs import WebProgram, WorkerProgram

        web = WebProgram(name)

        def serve() -> None:
            listener = self.sockets.pop(name).detach()
            self._close_sockets()
            web.answer(listener, THREADS)

        if name == "gateway":
            self._rehearsing.append(web)
            return [Program(name, serve)]
        worker = WorkerProgram(name)
        self._rehearsing += [web, worker]

        def work() -> None:
            self._close_sockets()
            worker.work()

        return [Program(name, serve), Program(f"{name}-worker", work)]

    def _close_sockets(self) -> None:
        for listener in self.sockets.values():
            listener.close()

    def _await_ready(self) -> None:
        waiting = set(SERVICES)
        deadline = time.monotonic() + READY_SECONDS
        while waiting and not self.supervisor.stopping:
            self.supervisor.tend(0.05)
            for program in self.supervisor.programs:
                if not program.pid and not self.supervisor.stopping:
                    end = last_lines(self.supervisor.log_of(program))
                    raise CannotStart(f"{program.name} does not start:\n{end}")
            waiting -= {name for name in waiting if self._is_ready(name)}
            if waiting and time.monotonic() > deadline:
                names = ", ".join(sorted(waiting))
                raise CannotStart(f"Not ready in {READY_SECONDS} s: {names}; see {self.supervisor.logs}")

    def _is_ready(self, name: str) -> bool:
        host, port = self.sockets[name].getsockname()
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=2):
                return True
        except OSError:
            return False

    def _make_demo(self) -> None:
        unfinished = self.data / "demo.unfinished"
        if not unfinished.exists() or self.supervisor.stopping:
            return
        with self._step("demo firm made"):
            child = run_in_child(_seed, self.url, self.data)
            while not child.poll():
                self.supervisor.tend(0.1)
                if self.supervisor.stopping:
                    child.end()
                    return
            _finish(child)
            unfinished.unlink()

    def _show_addresses(self) -> None:
        self.say(f"  Portal   {self.url}")
        self.say(f"  Admin    {self.url}/admin")
        self.say(f"  Mailbox  {self.url}/dev/mailbox   every mail and text message that Atrio sends,")
        self.say("           and the codes of the demo staff's authenticator apps\n")
        for line in sign_ins(self.data):
            self.say(f"  {line}")
        self.say("\nCtrl-C stops everything.")

    @contextmanager
    def _step(self, done: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        if not self.supervisor.stopping:
            self.say(f"  {done} ({time.monotonic() - began:.1f} s)")


def load_shared_modules() -> None:
    """Import what the programs have in common."""
    from babel import localedata

    from deploy import programs
    from gateway.languages import LANGUAGES, REGIONS

    for module in (
        "deploy.server",
        "deploy.web_worker",
        "services.chassis.worker",
        "services.chassis.bus.local",
        "gateway.app",
        "sqlite3",
    ):
        importlib.import_module(module)
    for name in programs.WITH_DATABASE:
        programs.load_service(name)
    for locale in (*LANGUAGES, *REGIONS.values()):
        localedata.load(locale)
    configure_mappers()  # which each program would else do by itself


def sign_ins(data: Path) -> list[str]:
    """Return the lines that say how to sign in: as the demo firm's people, else as staff yet to be made."""
    try:
        rows = json.loads((data / "demo.json").read_text())["sign_ins"]
    except FileNotFoundError:
        return ["Make the first member of staff: atrio create-staff you@example.com --name 'Your Name' --role owner"]
    return [f"{row['who']:8} {row['email']}   {row['password']}" for row in rows]


def last_lines(log: Path, count: int = 12) -> str:
    """Return the end of a log file, indented."""
    lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
    return "\n".join(f"    {line}" for line in lines)


def _migrate() -> None:
    from deploy.migrate import CannotMigrate, migrate_service
    from deploy.programs import WITH_DATABASE

    for name in WITH_DATABASE:
        try:
            migrate_service(name)
        except CannotMigrate as error:
            raise SystemExit(str(error)) from None


def _seed(url: str, data: Path) -> None:
    from deploy import demo

    demo.seed(url, data)


def _finish(child: Child) -> None:
    try:
        child.wait()
    except ChildFailed as error:
        raise CannotStart(str(error)) from None


def _allow_fork_on_macos() -> None:
    """Start anew with what macOS's frameworks ask of a program that forks; they read it at the start only."""
    if sys.platform == "darwin" and os.environ.get("OBJC_DISABLE_INITIALIZE_FORK_SAFETY") != "YES":
        os.environ |= {"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES", "no_proxy": "*"}
        os.execv(sys.executable, [sys.executable, "-m", "deploy.atrio", *sys.argv[1:]])

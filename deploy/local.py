"""`atrio up`: the whole of Atrio on one machine, on loopback, over SQLite and the local bus.

It runs the programs that production runs. What they share is imported once, before they are forked, so that
eleven processes cost little more memory than one; only the signing programs load the libraries for PDF.
"""

import gc
import importlib
import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.child import Child, ChildFailed, run_in_child
from deploy.preconditions import CannotStart, check_assets, held_folder, open_ports
from deploy.supervisor import Program, Supervisor
from services.chassis.settings import Settings
from services.contracts import SERVICES

LIGHT = tuple(name for name in SERVICES if name != "signing")
HEAVY = ("signing",)
THREADS = {"gateway": 12}
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
            check_assets()
            Local(Settings.load("gateway", SERVICES), say=lambda line: print(line, flush=True)).run()
    except CannotStart as error:
        raise SystemExit(f"Atrio cannot start. {error}") from None


class Local:
    """One run of Atrio on this machine; `say` is told in short lines how it goes."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.data, self.url, self.say = settings.data, settings.public_url, say
        self.sockets = open_ports(SERVICES, settings.port)
        names = (*LIGHT, *HEAVY)
        web = [Program(name, self._server(name)) for name in names]
        workers = [Program(f"{name}-worker", self._worker(name)) for name in names if name != "gateway"]
        self.supervisor = Supervisor(web + workers, self.data / "logs", say)

    def run(self) -> None:
        """Start everything, say where it is, and keep it running until stopped. Raises `CannotStart`."""
        began = time.monotonic()
        self.say(f"Atrio starts; its data is in {self.data}")
        self.supervisor.catch_signals()
        try:
            self._start()
            self._make_demo()
            if not self.supervisor.stopping:
                self.say(f"Ready in {time.monotonic() - began:.1f} s.\n")
                self._show_addresses()
            self.supervisor.run()
        finally:
            self.supervisor.stop()
            self.say("Atrio has stopped.")

    def _server(self, name: str) -> Callable[[], None]:
        def serve() -> None:
            from deploy import programs

            listener = self.sockets.pop(name).detach()
            self._close_sockets()
            programs.serve(name, f"fd://{listener}", threads=THREADS.get(name, 4), workers=1)

        return serve

    def _worker(self, name: str) -> Callable[[], None]:
        def work() -> None:
            from deploy import programs

            self._close_sockets()
            programs.work(name)

        return work

    def _close_sockets(self) -> None:
        for listener in self.sockets.values():
            listener.close()

    def _start(self) -> None:
        with self._step("programs loaded"):
            load_shared_modules()
        with self._step("databases up to date"):
            # Beside it, the child that migrates signing's database imports the libraries for PDF.
            heavy = run_in_child(_migrate, HEAVY)
            _finish(run_in_child(_migrate, [name for name in LIGHT if name != "gateway"]))
            self._launch(LIGHT)
            importlib.import_module("services.signing.service")
            _finish(heavy)
            self._launch(HEAVY)
        with self._step(f"{len(self.supervisor.programs)} programs running"):
            self._await_ready()

    def _launch(self, names: Sequence[str]) -> None:
        # The collector writes to every object it looks at, which would copy the shared pages into each child.
        gc.disable()
        gc.collect()
        gc.freeze()
        for program in self.supervisor.programs:
            if program.name.removesuffix("-worker") in names:
                self.supervisor.start(program)

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
        self.say(f"  Mailbox  {self.url}/dev/mailbox   every mail and text message that Atrio sends\n")
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
    from deploy import programs

    for module in (
        "deploy.server",
        "deploy.web_worker",
        "gunicorn.arbiter",
        "services.chassis.worker",
        "gateway.app",
    ):
        importlib.import_module(module)
    for name in LIGHT:
        if name != "gateway":
            programs.load_service(name)


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


def _migrate(names: Sequence[str]) -> None:
    from deploy.migrate import CannotMigrate, migrate_service

    for name in names:
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

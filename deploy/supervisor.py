"""Runs programs as forked children of one process: restarts those that die, ends with all of them."""

import contextlib
import ctypes
import gc
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from setproctitle import setproctitle

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SETTLED_SECONDS = 60
STOP_SECONDS = 15
LOG_BYTES = 5 * 1024 * 1024


@dataclass
class Program:
    """A program to keep running: `run` is called in the child and returns when the program has been stopped."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float | None = None
    """When to start it again, for one that died."""


class Supervisor:
    """Keeps programs running, each in a process of its own that writes to `<logs>/<name>.log`.

    `say` is told, in one line each, what a person should know.
    """

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        self.logs, self.say = logs, say
        self.programs: list[Program] = []
        self.stopping = False
        self.restarting = False
        """Whether what ends is started again: a start that fails is to be seen as such."""
        self._wake_read, self._wake_write = os.pipe()
        # Held open by this process alone: children read its end as the end of their parent.
        self._life_read, self._life_write = os.pipe()
        for descriptor in (self._wake_read, self._wake_write):
            os.set_blocking(descriptor, False)

    def catch_signals(self) -> None:
        """Stop on Ctrl-C, SIGTERM and a closed terminal; wake up when a child ends."""
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_asked)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _stop_asked(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def start(self, program: Program) -> None:
        """Fork a process that runs `program`, unless all are being stopped; it is kept running from then on."""
        if self.stopping:
            return
        if program not in self.programs:
            self.programs.append(program)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._be(program)
        program.pid, program.started, program.due = pid, time.monotonic(), None

    def _be(self, program: Program) -> None:
        status = 1
        try:
            self._leave_parent(program)
            program.run()
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
            if isinstance(leaving.code, str):
                print(leaving.code, file=sys.stderr)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _leave_parent(self, program: Program) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        # A group of its own: Ctrl-C reaches the supervisor alone, which then stops every child in order.
        os.setpgid(0, 0)
        for descriptor in (self._wake_read, self._wake_write, self._life_write):
            os.close(descriptor)
        die_with_parent(self._life_read)
        _write_to(self.logs / f"{program.name}.log")
        setproctitle(f"atrio {program.name}")
        gc.enable()

    def run(self) -> None:
        """Watch over the programs until a stop is asked for; then stop them all and return."""
        self.restarting = True
        while not self.stopping:
            self.tend(self._next_start())
        self.stop()

    def tend(self, seconds: float | None) -> None:
        """Wait for up to `seconds` (`None`: for ever) for something to happen, and see to it."""
        select.select([self._wake_read], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
        for program in self.programs:
            if program.pid and self._has_ended(program) and self.restarting and not self.stopping:
                self._plan_restart(program)
            if program.due is not None and program.due <= time.monotonic() and not self.stopping:
                self.start(program)

    def _next_start(self) -> float | None:
        due = [program.due for program in self.programs if program.due is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _has_ended(self, program: Program) -> bool:
        try:
            pid, _status = os.waitpid(program.pid, os.WNOHANG)
        except ChildProcessError:
            pid = program.pid
        if pid:
            program.pid = 0
        return bool(pid)

    def _plan_restart(self, program: Program) -> None:
        if time.monotonic() - program.started > SETTLED_SECONDS:
            program.pause = FIRST_PAUSE
        program.due = time.monotonic() + program.pause
        self.say(f"{program.name} ended; it starts again in {program.pause:g} s. Why: {self.log_of(program)}")
        program.pause = min(program.pause * 2, LONGEST_PAUSE)

    def log_of(self, program: Program) -> Path:
        """Return the file that the program writes to."""
        return self.logs / f"{program.name}.log"

    def stop(self) -> None:
        """End every program: asked first, forced after `STOP_SECONDS`."""
        self.stopping = True
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._running() and time.monotonic() < deadline:
            self.tend(0.2)
        for program in self._running():
            self.say(f"{program.name} did not stop in {STOP_SECONDS} s and was ended.")
            _signal(-program.pid, signal.SIGKILL)  # its group: a web program has a child that answers
        while self._running():
            self.tend(0.2)

    def _running(self) -> list[Program]:
        return [program for program in self.programs if program.pid]

    def _signal_all(self, number: int) -> None:
        for program in self._running():
            _signal(program.pid, number)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def die_with_parent(life: int) -> None:
    """Have this process get SIGTERM when its parent ends, however that happens.

    `life` is the reading end of a pipe that only the parent holds open for writing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if select.select([life], [], [], 0)[0]:  # it ended before the call
            os._exit(1)
        return

    def watch() -> None:
        os.read(life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _write_to(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)

"""The supervisor of `atrio up`: restarts what dies, ends with everything it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.parts import ROOT

SCRIPT = """
import os, sys, time
from pathlib import Path
from deploy import supervisor
from deploy.supervisor import Program, Supervisor

folder = Path(sys.argv[1])
supervisor.STOP_SECONDS = 2

def steady():
    (folder / f"steady.{os.getpid()}").touch()
    time.sleep(600)

def deaf():
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / f"deaf.{os.getpid()}").touch()
    time.sleep(600)

def failing():
    (folder / f"failing.{os.getpid()}").touch()
    raise RuntimeError("it cannot work")

programs = [Program(name, globals()[name]) for name in sys.argv[2:]]
watch = Supervisor(folder / "logs", lambda line: print(line, flush=True))
watch.catch_signals()
for program in programs:
    watch.start(program)
watch.run()
"""


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(holds: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Running:
    """A supervisor at work in a process of its own."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), *names], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )

    def pids(self, name: str) -> list[int]:
        return [int(path.suffix[1:]) for path in self.folder.glob(f"{name}.*")]

    def await_pid(self, name: str) -> int:
        wait_until(lambda: self.pids(name))
        return self.pids(name)[0]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def run(*names: str) -> Running:
        started.append(Running(tmp_path, *names))
        return started[-1]

    yield run
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()
        for path in tmp_path.glob("*.[0-9]*"):
            if alive(int(path.suffix[1:])):
                os.kill(int(path.suffix[1:]), signal.SIGKILL)


def test_a_program_that_dies_is_started_again(start: Callable[..., Running]) -> None:
    running = start("steady")
    first = running.await_pid("steady")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(running.pids("steady")) == 2)
    assert not alive(first)
    assert running.process.stdout
    assert "steady ended" in running.process.stdout.readline()


def test_a_program_that_keeps_failing_is_started_ever_more_rarely(start: Callable[..., Running]) -> None:
    running = start("failing")
    assert running.process.stdout
    pauses = [running.process.stdout.readline().split("again in ")[1].split(" s")[0] for _ in range(3)]
    assert pauses == ["0.5", "1", "2"]
    assert "it cannot work" in (running.folder / "logs" / "failing.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_ends_every_program(start: Callable[..., Running], number: signal.Signals) -> None:
    running = start("steady")
    pid = running.await_pid("steady")
    running.process.send_signal(number)
    assert running.process.wait(timeout=10) == 0
    assert not alive(pid)


def test_a_program_that_will_not_stop_is_ended(start: Callable[..., Running]) -> None:
    running = start("deaf")
    pid = running.await_pid("deaf")
    running.process.terminate()
    assert running.process.wait(timeout=15) == 0
    assert not alive(pid)


def test_the_programs_end_with_a_supervisor_that_is_killed(start: Callable[..., Running]) -> None:
    running = start("steady")
    pid = running.await_pid("steady")
    running.process.kill()
    wait_until(lambda: not alive(pid))


def test_a_ctrl_c_in_the_terminal_reaches_the_supervisor_alone(start: Callable[..., Running]) -> None:
    running = start("steady")
    pid = running.await_pid("steady")
    assert os.getpgid(pid) != os.getpgid(running.process.pid)

"""`atrio up`: ready within 5 s, at most 300 MB in all, and at most 3 % of a core while nothing happens."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.contracts import SERVICES
from tests.deploy.house import House, read_until_ready, up
from tests.running import free_ports

READY_SECONDS, MEGABYTES, IDLE_PERCENT = 5.0, 300, 3.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was set up by an earlier start."""
    folder = tmp_path_factory.mktemp("one-machine")
    program = up(folder, free_ports(len(SERVICES)))
    read_until_ready(program)
    program.terminate()
    program.wait(timeout=30)
    return folder


@pytest.fixture(scope="module")
def house(data: Path) -> Iterator[tuple[House, float]]:
    """One more start, and how long it said that it took."""
    port = free_ports(len(SERVICES))
    program = up(data, port)
    said = re.search(r"Ready in ([\d.]+) s", "".join(read_until_ready(program)))
    assert said
    yield House(program, data, port), float(said[1])
    program.terminate()
    program.wait(timeout=30)


def everything(house: House) -> list[psutil.Process]:
    supervisor = psutil.Process(house.program.pid)
    return [supervisor, *supervisor.children(recursive=True)]


def test_it_is_ready_soon(house: tuple[House, float]) -> None:
    print(f"ready in {house[1]} s")
    assert house[1] <= READY_SECONDS


def test_it_is_small(house: tuple[House, float]) -> None:
    used = {" ".join(one.cmdline()): one.memory_full_info().pss / 1e6 for one in everything(house[0])}
    print(f"{sum(used.values()):.0f} MB PSS in {len(used)} processes")
    assert sum(used.values()) <= MEGABYTES, used


def test_it_is_quiet(house: tuple[House, float]) -> None:
    time.sleep(2)
    before = sum(sum(one.cpu_times()[:2]) for one in everything(house[0]))
    time.sleep(10)
    percent = (sum(sum(one.cpu_times()[:2]) for one in everything(house[0])) - before) * 10
    print(f"{percent:.1f} % of one core")
    assert percent <= IDLE_PERCENT

"""`atrio up`: all of Atrio on one machine."""

import re
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from services.contracts import SERVICES
from tests.deploy.house import House, read_until_ready, up
from tests.parts import SERVICE_NAMES
from tests.running import free_ports

pytestmark = [pytest.mark.stack, pytest.mark.embedded]
PROGRAMS = {f"atrio {name}" for name in (*SERVICES, *(f"{name}-worker" for name in SERVICE_NAMES))}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data, port = tmp_path_factory.mktemp("up"), free_ports(len(SERVICES))
    program = up(data, port)
    read_until_ready(program)
    yield House(program, data, port)
    program.terminate()
    program.wait(timeout=30)


def wait_until(holds: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def is_ready(house: House, part: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port_of(part)}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_every_program_has_a_process_and_a_title_of_its_own(house: House) -> None:
    assert set(house.programs) == PROGRAMS


@pytest.mark.parametrize("part", SERVICES)
def test_every_part_listens_on_loopback_only(house: House, part: str) -> None:
    port = house.port_of(part)
    open_at = {at.laddr.ip for at in psutil.net_connections("tcp") if at.laddr.port == port and not at.raddr}
    assert open_at == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["portal", "portal-worker"])
def test_a_program_that_is_killed_comes_back(house: House, name: str) -> None:
    killed = house.programs[f"atrio {name}"]
    killed.kill()
    wait_until(lambda: house.programs.get(f"atrio {name}", killed).pid != killed.pid)
    wait_until(lambda: is_ready(house, "portal"))


def test_a_request_waits_while_its_program_comes_back(house: House) -> None:
    house.programs["atrio documents"].kill()
    assert is_ready(house, "documents")


def test_keys_and_databases_are_for_their_owner_alone(house: House) -> None:
    for path in (house.data / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_it_says_where_it_is_ends_with_ctrl_c_and_keeps_its_data(tmp_path: Path) -> None:
    port = free_ports(len(SERVICES))
    keys = []
    for _start in range(2):
        program = up(tmp_path, port)
        text = "".join(read_until_ready(program))
        assert re.search(r"Ready in [\d.]+ s", text), text
        for address in (f"http://localhost:{port}", f"http://localhost:{port}/admin", f"{port}/dev/mailbox"):
            assert address in text
        assert "create-staff" in text
        children = psutil.Process(program.pid).children()
        assert len(children) == len(PROGRAMS)
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=30) == 0
        assert [child for child in children if child.is_running()] == []
        keys.append((tmp_path / "keys" / "identity.key").read_text())
    assert keys[0] == keys[1]


def test_all_programs_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = up(tmp_path, free_ports(len(SERVICES)))
    read_until_ready(program)
    children = psutil.Process(program.pid).children()
    program.kill()
    program.wait()
    _gone, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []


def test_a_busy_port_is_told_in_a_line(tmp_path: Path) -> None:
    port = free_ports(len(SERVICES))
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port + 3))
        other.listen()
        said, _ = up(tmp_path, port).communicate(timeout=60)
    assert len(said.splitlines()) == 1
    assert f"Port {port + 3} is in use by another program" in said


def test_a_damaged_database_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "identity.db").write_bytes(b"scrambled" * 1000)
    program = up(tmp_path, free_ports(len(SERVICES)))
    said, _ = program.communicate(timeout=60)
    assert program.returncode == 1
    assert "identity.db is damaged" in said.splitlines()[-1]
    assert "Traceback" not in said

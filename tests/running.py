"""The whole of Atrio, running: the real programs on free ports, on the stack under test."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyotp

from deploy.staff_sign_in import Staff, sign_in
from deploy.visitor import Visitor
from services.chassis.testing.fixtures import stack
from services.contracts import SERVICES
from tests.parts import ROOT

STAFF_EMAIL = "lucia@marincosta.example"
STAFF_NAME = "Lucía Marín"
START_SECONDS = 90
STOP_SECONDS = 30


@dataclass
class Running:
    """A running installation: where it is, who may sign in as staff, and its settings."""

    url: str
    data: Path
    environment: Mapping[str, str]
    staff_email: str = STAFF_EMAIL
    staff_password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    staff_authenticator: str = field(default_factory=lambda: pyotp.random_base32(32))

    @property
    def staff(self) -> Staff:
        """The member of staff who can sign in."""
        return Staff(self.staff_email, self.staff_password, self.staff_authenticator)

    def staff_visitor(self) -> Visitor:
        """Return a visitor who is signed in as staff; the browser is remembered for the next one."""
        visitor = Visitor(self.url)
        sign_in(visitor, self.staff)
        return visitor

    def atrio(self, *arguments: str) -> str:
        """Run a command of `atrio` against this installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "deploy.atrio", *arguments],
            cwd=ROOT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise AssertionError(
                f"atrio {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def port_of(self, part: str) -> int:
        """Return the port of a part on loopback."""
        return int(self.environment["ATRIO_PORT"]) + SERVICES.index(part)

    def logs(self) -> str:
        """Return all that the programs have logged."""
        return "".join(path.read_text(errors="replace") for path in sorted((self.data / "logs").glob("*.log")))


def free_ports(count: int) -> int:
    """Return the first of `count` ports in a row that nobody listens on."""
    blocks = range(21000, 32000, count)
    start = secrets.randbelow(len(blocks))  # so that others who look at the same moment find other ones
    for first in (*blocks[start:], *blocks[:start]):
        if all(_is_free(first + step) for step in range(count)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def production_settings() -> dict[str, str]:
    """Return settings for a database of its own for each service on PostgreSQL, and an empty broker."""
    from services.chassis.testing.servers import create_database, create_virtual_host

    databases = {
        f"ATRIO_{name.upper()}_DATABASE_URL": create_database(name).replace("postgresql://", "postgresql+psycopg://")
        for name in SERVICES
        if name != "gateway"
    }
    return databases | {"ATRIO_BUS_URL": create_virtual_host()}


@contextmanager
def running(data: Path, *, demo: bool = False, **settings: str) -> Iterator[Running]:
    """Run Atrio on the stack under test until the body ends; one member of staff can sign in."""
    port = free_ports(len(SERVICES))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ATRIO_")}
    environment |= {"ATRIO_DATA": str(data), "ATRIO_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    environment |= {"ATRIO_SIGN_IN_BURST": "10000", "ATRIO_CODES_PER_NETWORK": "10000"}  # all tests are one address
    environment |= {"ATRIO_REPLY_SECRET": secrets.token_urlsafe(18)}  # with which answers by mail are brought
    environment |= production_settings() if stack() == "production" else {}
    environment |= settings
    installation = Running(f"http://localhost:{port}", data, environment)
    environment["ATRIO_STAFF_PASSWORD"] = installation.staff_password
    environment["ATRIO_STAFF_AUTHENTICATOR"] = installation.staff_authenticator
    program = subprocess.Popen(
        [sys.executable, "-m", "deploy.atrio", "up", "--demo" if demo else "--no-demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _await_ready(program)
        installation.atrio(
            "create-staff",
            STAFF_EMAIL,
            "--name",
            STAFF_NAME,
            "--role",
            "owner",
            "--authenticator",
        )
        yield installation
    finally:
        _stop(program)


def _await_ready(program: subprocess.Popen[str]) -> None:
    lines: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert program.stdout
        for line in program.stdout:
            lines.append(line)
            if "Ready in" in line:
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    if not ready.wait(START_SECONDS) or program.poll() is not None or not any("Ready in" in line for line in lines):
        _stop(program)
        raise AssertionError("Atrio did not start:\n" + "".join(lines))


def _stop(program: subprocess.Popen[str]) -> None:
    if program.poll() is None:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            raise AssertionError("Atrio did not stop when asked to") from None

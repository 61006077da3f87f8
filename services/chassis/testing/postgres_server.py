"""A PostgreSQL server of our own in a temporary folder, for tests."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from services.chassis.testing.programs import ServerUnavailable, as_user, find_program, free_port

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
USER = "postgres"
QUICK = {} if os.environ.get("ATRIO_TEST_DURABLE") else {"fsync": "off", "full_page_writes": "off"}
"""Tests end programs, not machines: what was written to the system is kept. What measures wants the real price."""


def settings_of(options: Mapping[str, str]) -> list[str]:
    """Return the arguments with which `postgres` takes these settings."""
    return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]


class PostgresServer:
    """One PostgreSQL on a free port of the loopback address. `url` is its superuser's."""

    def __init__(self) -> None:
        self._programs = find_program("initdb", FOLDERS, "postgresql").parent
        self.folder = Path(tempfile.mkdtemp(prefix="atrio-postgres-"))
        self._data = self.folder / "data"
        self.port = free_port()
        self._password = secrets.token_urlsafe(16)
        self.url = f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self._password)
        if os.geteuid() == 0:
            self.folder.chmod(0o700)
            shutil.chown(self.folder, USER, USER)
            shutil.chown(secret, USER, USER)
        command = [
            str(self._programs / "initdb"),
            *("--pgdata", str(self._data), "--username", USER, "--pwfile", str(secret)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"),
        ]
        done = subprocess.run(as_user(USER, command), capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise ServerUnavailable(f"initdb failed: {done.stderr.strip()[-400:]}")

    def start(self) -> None:
        """Start the server and return once it answers; raise `ServerUnavailable` where it does not."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "300",
            "shared_buffers": "64MB",
        } | QUICK
        command = [str(self._programs / "postgres"), "-D", str(self._data), *settings_of(options)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                as_user(USER, command), stdout=log, stderr=log, cwd="/", start_new_session=True
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while self._process and self._process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        log = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise ServerUnavailable(f"PostgreSQL did not start: {log.strip()[-400:]}")

    def stop(self, *, immediately: bool = False) -> None:
        """End the server, cutting its connections; `immediately` without a checkpoint, as in a crash."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
            self._process.wait(30)
        self._process = None

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop(immediately=True)
        shutil.rmtree(self.folder, ignore_errors=True)

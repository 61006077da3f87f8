"""A RabbitMQ broker of our own in a temporary folder, for tests."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError

from services.chassis.testing.programs import ServerUnavailable, answers, find_program, free_port

FOLDERS = ("/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/opt/homebrew/sbin", "/usr/local/sbin")
USER = "atrio"
CONFIGURATION = """\
listeners.tcp.local = 127.0.0.1:{port}
default_user = {user}
default_pass = {password}
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
default_user_tags.administrator = true
loopback_users = none
disk_free_limit.absolute = 100MB
log.console = false
log.file.level = warning
"""


class RabbitServer:
    """One broker on free ports of the loopback address, with a node name, data and a port mapper of its own."""

    def __init__(self) -> None:
        self._program = find_program("rabbitmq-server", FOLDERS, "rabbitmq-server")
        self.folder = Path(tempfile.mkdtemp(prefix="atrio-rabbitmq-"))
        self.port = free_port()
        self._password = secrets.token_urlsafe(16)
        (self.folder / "rabbitmq.conf").write_text(
            CONFIGURATION.format(port=self.port, user=USER, password=self._password)
        )
        (self.folder / "plugins").write_text("[].\n")
        self._environment = self._describe_node()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the default virtual host."""
        return self._address("/")

    def _address(self, virtual_host: str) -> str:
        return f"amqp://{USER}:{self._password}@127.0.0.1:{self.port}/{quote(virtual_host, safe='')}"

    def _describe_node(self) -> dict[str, str]:
        folder = str(self.folder)
        return os.environ | {
            "HOME": folder,  # the cookie of the node stands there
            "RABBITMQ_NODENAME": f"atrio-{secrets.token_hex(4)}@localhost",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CTL_DIST_PORT_MIN": "20000",
            "RABBITMQ_CTL_DIST_PORT_MAX": "65000",
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # Schedulers that wait busily would take the processor from the tests.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def start(self) -> None:
        """Start the broker and return once it answers; raise `ServerUnavailable` where it does not."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._program)],
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < deadline:
            if answers(self.port) and self._takes_connections():
                return
            time.sleep(0.05)
        output_text = (self.folder / "output").read_text(errors="replace")
        self.stop()
        raise ServerUnavailable(f"RabbitMQ did not start: {output_text.strip()[-400:]}")

    def _takes_connections(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url + "?socket_timeout=5")).close()
        except (AMQPError, AMQPConnectorException, OSError):
            return False
        return True

    def kill(self) -> None:
        """End the broker at once, as a power cut does."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Let the broker hang: it takes connections and answers nothing."""
        self._to_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen broker go on."""
        self._to_all(signal.SIGCONT)

    def stop(self) -> None:
        """End the broker in order, so that what it holds is on disk."""
        self._signal(signal.SIGTERM)

    def _to_all(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _signal(self, number: signal.Signals) -> None:
        # The broker is a group of processes, led by the script that we started.
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, number)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)
        self._process = None

    @property
    def control_command(self) -> dict[str, Any]:
        """How to run rabbitmqctl against this broker."""
        program = find_program("rabbitmqctl", FOLDERS, "rabbitmq-server")
        return {"arguments": [str(program), "-q"], "env": self._environment}

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl against this broker and return what it says; raise where it fails."""
        command = self.control_command
        done = subprocess.run(
            [*command["arguments"], *arguments],
            env=command["env"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode:
            raise ServerUnavailable(f"rabbitmqctl {arguments[0]}: {(done.stdout + done.stderr).strip()[-400:]}")
        return done.stdout

    def virtual_host(self, name: str) -> str:
        """Make an empty virtual host and return its address."""
        if not re.fullmatch(r"[a-z0-9_-]+", name):
            raise ValueError(f"{name!r} is no name for a virtual host")
        self.control("add_vhost", name)
        self.control("set_permissions", "-p", name, USER, ".*", ".*", ".*")
        return self._address(name)

    def remove(self) -> None:
        """Stop the broker and its port mapper, and delete its folder."""
        self.kill()
        self._end_port_mapper()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_port_mapper(self) -> None:
        # It runs as a daemon outside the broker's group, and stays while it believes that the node lives.
        mapper = shutil.which("epmd")
        deadline = time.monotonic() + 5
        while mapper and time.monotonic() < deadline:
            command = [mapper, "-kill"]
            done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=10)
            if "Killed" in done.stdout or "Cannot connect" in done.stdout + done.stderr:
                return
            time.sleep(0.05)

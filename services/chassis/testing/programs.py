"""Server programs for tests: found on this machine, or installed where that is allowed."""

import os
import random
import shutil
import socket
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path


class ServerUnavailable(RuntimeError):
    """A server that the tests need can neither be reached nor started; the text says what to do."""


def find_program(name: str, folders: Iterable[str], package: str) -> Path:
    """Return the path of program `name`, looked for in `folders` (patterns) and then in the path.

    Where it is missing, root on Debian installs `package`. Raises `ServerUnavailable` otherwise.
    """
    found = _search(name, folders)
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(package)
        found = _search(name, folders)
    if not found:
        raise ServerUnavailable(
            f"{name} is missing: install {package}, or start Docker, or name a server (docs/testing.md)"
        )
    return found


def _search(name: str, folders: Iterable[str]) -> Path | None:
    for pattern in folders:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / name).exists():
                return folder / name
    in_path = shutil.which(name)
    return Path(in_path) if in_path else None


def _install(package: str) -> None:
    # A package's server shall not start by itself: its unit is masked by the policy file for the while.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, check=False, capture_output=True)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ServerUnavailable(f"apt-get install {package} failed: {done.stderr.strip()[-300:]}")


PORTS = range(11000, 21000)
"""Below those that systems hand out for outgoing connections: a server that starts again finds its port free."""


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody uses now."""
    for port in random.sample(PORTS, 100):
        if not answers(port):
            return port
    raise ServerUnavailable("no free port was found")


def answers(port: int) -> bool:
    """Return whether somebody listens on the port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def as_user(user: str, command: Sequence[str]) -> list[str]:
    """Return `command` so that it runs as `user` when the caller is root, and unchanged otherwise."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]

"""Server programs for tests: found on this machine, or installed where that is allowed."""

import os
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


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def as_user(user: str, command: Sequence[str]) -> list[str]:
    """Return `command` so that it runs as `user` when the caller is root, and unchanged otherwise."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]

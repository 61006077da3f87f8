"""`atrio up` in a process of its own, for tests that look at it from outside."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from services.contracts import SERVICES
from tests.parts import ROOT


@dataclass
class House:
    """One start of `atrio up`."""

    program: "subprocess.Popen[str]"
    data: Path
    port: int

    @property
    def programs(self) -> dict[str, psutil.Process]:
        """The programs by their titles."""
        found = {}
        for child in psutil.Process(self.program.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # one that has just ended
                found[" ".join(child.cmdline()).strip()] = child
        return found

    def port_of(self, part: str) -> int:
        return self.port + SERVICES.index(part)


def up(data: Path, port: int, *, demo: bool = False) -> "subprocess.Popen[str]":
    """Start Atrio on the data folder, on the embedded stack."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("ATRIO_")}
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.atrio", "up", "--demo" if demo else "--no-demo"],
        cwd=ROOT,
        env=clean | {"ATRIO_DATA": str(data), "ATRIO_PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_ready(program: "subprocess.Popen[str]") -> list[str]:
    """Return the lines that it writes, up to the last one of a start that succeeds."""
    assert program.stdout
    lines = []
    for line in program.stdout:
        lines.append(line)
        if "Ctrl-C stops everything" in line:
            break
    return lines

"""A piece of work done in a forked process, so that what it opens and imports is gone with it."""

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any


class ChildFailed(Exception):
    """The work failed; the message is what it said."""


class Child:
    """Work under way in another process."""

    def __init__(self, pid: int, output: int) -> None:
        self._pid, self._output, self._text = pid, output, b""

    def poll(self) -> bool:
        """Return whether the work has ended; never waits."""
        while select.select([self._output], [], [], 0)[0]:
            piece = os.read(self._output, 65536)
            if not piece:
                return True
            self._text += piece
        return False

    def wait(self) -> None:
        """Wait for the end of the work; raise `ChildFailed` with what it wrote where it failed."""
        while piece := os.read(self._output, 65536):
            self._text += piece
        status = self._reap()
        if status:
            raise ChildFailed(self._text.decode(errors="replace").strip() or f"ended with status {status}")

    def end(self) -> None:
        """Break the work off."""
        os.kill(self._pid, signal.SIGTERM)
        self._reap()

    def _reap(self) -> int:
        os.close(self._output)
        _pid, status = os.waitpid(self._pid, 0)
        return status


def run_in_child(work: Callable[..., None], *arguments: Any) -> Child:
    """Begin `work(*arguments)` in a forked process. A `SystemExit` with a text fails it with that text."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which waits for the work or breaks it off
        os.dup2(writing, 2)
        work(*arguments)
        status = 0
    except SystemExit as leaving:
        os.write(2, str(leaving.code).encode())
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        sys.stdout.flush()
        os._exit(status)

"""Runs what reads other people's files in a process of its own, with limits and without anything worth stealing.

A small server process imports a job module once, then forks a child for each job. The child has an empty
environment, may open nothing, and is ended by the kernel when it takes too much time, processor or memory.
The server ends itself when it has had nothing to do for a while; the next job starts it anew.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

IDLE_SECONDS = 60
START_SECONDS = 60
MAX_REPLY = 256 * 1024 * 1024
STARTED = b"+"

Job = Callable[..., tuple[Any, list[bytes]]]


class SandboxFailed(Exception):
    """The job gave no answer: it crashed, took too long or too much memory. Its input is to blame."""


class SandboxUnavailable(Exception):
    """No job can be run at the moment; its input was not looked at."""


class JobRefused(Exception):
    """The job looked at its input and refused it; `reason` is a stable word."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Limits:
    """What one job may take: `seconds` of the processor, `memory` in bytes. So many are worked on `at_once`."""

    seconds: int = 20
    memory: int = 1024 * 1024 * 1024
    at_once: int = 3

    @property
    def clock_seconds(self) -> int:
        """Return how long a job may take on the clock: a busy machine shall not condemn a good file."""
        return 3 * self.seconds


class Sandbox:
    """Jobs of the module `jobs`: its `JOBS` maps names to functions, its `warm_up()` loads what they need."""

    def __init__(self, jobs: str, limits: Limits | None = None) -> None:
        self._jobs, self._limits = jobs, limits or Limits()
        self._places = threading.Semaphore(self._limits.at_once)
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def run(self, job: str, *blobs: bytes, **arguments: Any) -> tuple[Any, list[bytes]]:
        """Return what the job returned: a JSON value and blobs.

        Raises `JobRefused` where the job refused its input, `SandboxFailed` where it gave no answer, and
        `SandboxUnavailable` where it was not even tried.
        """
        if not self._places.acquire(timeout=self._limits.clock_seconds):
            raise SandboxUnavailable("every place is taken")
        try:
            for _ in range(2):  # the server may have gone to rest between the look and the call
                with contextlib.suppress(_ServerGone):
                    return self._ask(job, blobs, arguments)
            raise SandboxUnavailable("cannot be started")
        finally:
            self._places.release()

    def close(self) -> None:
        """End the server, if there is one."""
        with self._lock:
            self._forget()

    def _ask(self, job: str, blobs: tuple[bytes, ...], arguments: dict[str, Any]) -> tuple[Any, list[bytes]]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(theirs)
            self._await_start(ours)
            ours.settimeout(self._limits.clock_seconds + 5)
            try:
                with ours.makefile("rwb") as stream:
                    _send(stream, {"job": job, "arguments": arguments}, blobs)
                    reply, results = _receive(stream)
            except (OSError, EOFError, ValueError) as error:
                raise SandboxFailed(f"{job} ended without an answer") from error
        if "refused" in reply:
            raise JobRefused(str(reply["refused"]), str(reply.get("detail", "")))
        if "error" in reply:
            raise SandboxFailed(f"{job}: {reply['error']}")
        return reply["result"], results

    def _await_start(self, ours: socket.socket) -> None:
        ours.settimeout(START_SECONDS)
        try:
            started = ours.recv(1)
        except OSError:
            started = b""
        if started != STARTED:
            self._drop_server()
            raise _ServerGone

    def _hand_over(self, theirs: socket.socket) -> None:
        with self._lock:
            if self._control is None or self._owner != os.getpid():
                self._start()
            assert self._control is not None
            try:
                socket.send_fds(self._control, [STARTED], [theirs.fileno()])
            except OSError:
                self._forget()
                raise _ServerGone from None

    def _start(self) -> None:
        self._control, far = socket.socketpair()
        with far:
            number = far.fileno()
            command = [sys.executable, "-m", __name__, self._jobs, str(number)]
            command += [str(self._limits.seconds), str(self._limits.memory)]
            environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C.UTF-8"}
            self._server = subprocess.Popen(
                command,
                env=environment,
                pass_fds=(number,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._owner = os.getpid()

    def _drop_server(self) -> None:
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        control, server, ours = self._control, self._server, self._owner == os.getpid()
        self._control = self._server = None
        if control is not None:
            control.close()
        if server is not None and ours:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=10)


class _ServerGone(Exception):
    pass


def _send(stream: BinaryIO | Any, header: Mapping[str, Any], blobs: tuple[bytes, ...] | list[bytes]) -> None:
    stream.write(json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n")
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def _receive(stream: BinaryIO | Any) -> tuple[dict[str, Any], list[bytes]]:
    line = stream.readline(8 * 1024 * 1024)
    if not line.endswith(b"\n"):
        raise EOFError
    header = json.loads(line)
    sizes = header.pop("sizes")
    if not all(isinstance(size, int) and size >= 0 for size in sizes) or sum(sizes) > MAX_REPLY:
        raise ValueError("sizes")
    blobs = [stream.read(size) for size in sizes]
    if [len(blob) for blob in blobs] != sizes:
        raise EOFError
    return header, blobs


def serve(jobs: Mapping[str, Job], control: socket.socket, limits: Limits) -> None:
    """Fork a child for each socket that comes over `control`, until it closes or is idle for long."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    control.settimeout(IDLE_SECONDS)
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        except OSError:
            return
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _work(jobs, socket.socket(fileno=descriptors[0]), limits)
        for descriptor in descriptors:
            os.close(descriptor)


def _work(jobs: Mapping[str, Job], connection: socket.socket, limits: Limits) -> None:
    try:
        with connection.makefile("rwb") as stream:
            _restrict(limits)
            stream.write(STARTED)
            stream.flush()
            request, blobs = _receive(stream)
            reply, results = _answer(jobs[request["job"]], blobs, request["arguments"])
            _send(stream, reply, results)
    finally:
        os._exit(0)


def _answer(job: Job, blobs: list[bytes], arguments: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    try:
        result, results = job(*blobs, **arguments)
        return {"result": result}, results
    except JobRefused as refusal:
        return {"refused": refusal.reason, "detail": refusal.detail[:300]}, []
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}, []


def _restrict(limits: Limits) -> None:
    # The default action of SIGALRM ends the process even while it is deep in C.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.clock_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main() -> None:
    """Be the server: `python -m services.chassis.sandbox MODULE DESCRIPTOR SECONDS MEMORY`."""
    module, descriptor, seconds, memory = sys.argv[1:]
    jobs = importlib.import_module(module)
    jobs.warm_up()
    limits = Limits(seconds=int(seconds), memory=int(memory))
    serve(jobs.JOBS, socket.socket(fileno=int(descriptor)), limits)


if __name__ == "__main__":
    # Jobs raise the JobRefused of the imported module, not that of __main__.
    importlib.import_module("services.chassis.sandbox").main()

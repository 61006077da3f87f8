"""Jobs that misbehave, to see what the sandbox lets them do."""

import ctypes
import os
import socket
import time
from typing import Any

from services.chassis.sandbox import Job, JobRefused

Answer = tuple[Any, list[bytes]]


def environment() -> Answer:
    return dict(os.environ), []


def open_file() -> Answer:
    return _name_of_failure(lambda: open("/etc/passwd")), []


def open_socket() -> Answer:
    return _name_of_failure(lambda: socket.create_connection(("127.0.0.1", 9))), []


def _name_of_failure(act: Any) -> str | None:
    try:
        act()
    except OSError:
        return "OSError"
    return None


def crash() -> Answer:
    ctypes.string_at(0)
    return None, []


def eat_memory() -> Answer:
    return len(bytearray(4 * 1024 * 1024 * 1024)), []


def hang() -> Answer:
    time.sleep(30)
    return None, []


def refuse() -> Answer:
    raise JobRefused("because")


def echo(data: bytes) -> Answer:
    return None, [data]


def warm_up() -> None:
    socket.getaddrinfo("127.0.0.1", 9)


JOBS: dict[str, Job] = {
    job.__name__: job for job in (environment, open_file, open_socket, crash, eat_memory, hang, refuse, echo)
}

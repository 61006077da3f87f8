"""What must hold before Atrio can start on this machine; what does not is told in one line that says what to do."""

import errno
import fcntl
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MANIFEST = Path(__file__).parent.parent / "gateway" / "static" / "dist" / "manifest.json"


class CannotStart(Exception):
    """Atrio cannot be started here; the message says in one line why and what to do."""


@contextmanager
def held_folder(data: Path) -> Iterator[bool]:
    """Hold the data folder, made where it is missing, for one start of Atrio; yield whether it was empty.

    Raises `CannotStart` where it cannot be written or another start holds it.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        empty = not any(data.iterdir())
        lock = (data / "atrio.lock").open("w")
    except OSError as error:
        raise CannotStart(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Choose another with ATRIO_DATA=<folder>, or make this one yours."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"Atrio already runs on the data folder {data}. "
                "Stop it first, or choose another folder with ATRIO_DATA=<folder>."
            ) from None
        yield empty


def open_ports(names: Sequence[str], first: int) -> dict[str, socket.socket]:
    """Return a socket that listens on loopback for each of `names`, from the port `first` on.

    Raises `CannotStart` naming the first port that is taken.
    """
    sockets: dict[str, socket.socket] = {}
    for port, name in enumerate(names, first):
        try:
            sockets[name] = _listen(port)
        except OSError as error:
            for opened in sockets.values():
                opened.close()
            reason = (
                "is in use by another program" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error})"
            )
            raise CannotStart(
                f"Port {port} {reason}; Atrio needs {first} to {first + len(names) - 1}. "
                f"Stop that program, or choose other ports: ATRIO_PORT={first + 100} make up"
            ) from error
    return sockets


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(512)
    except BaseException:
        listener.close()
        raise
    return listener


def check_assets(manifest: Path = MANIFEST) -> None:
    """Raise `CannotStart` where the pages' scripts and styles have not been built."""
    if not manifest.exists():
        raise CannotStart("The scripts and styles of the pages are not built. Run `make up`, which builds them.")

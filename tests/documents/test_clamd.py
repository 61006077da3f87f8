"""The real daemon, one that is down, one that hangs, one that trickles, and one that talks nonsense."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from services.documents.scanning.clamd import Clamd, ScannerDown, TooLarge
from tests.clamav import EICAR, STREAM_LIMIT, clamd
from tests.documents.samples import PDF, zipped


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clamd(tmp_path_factory.mktemp("clamd")) as url:
        yield url


def test_the_daemon_finds_what_it_knows_and_passes_the_rest(url: str) -> None:
    assert Clamd(url).check([PDF]) is None
    assert Clamd(url).check([b""]) is None
    assert Clamd(url).check([EICAR[:20], EICAR[20:]]) == "Own.Eicar.UNOFFICIAL"
    assert Clamd(url).check([zipped(inside=EICAR)]) == "Own.Eicar.UNOFFICIAL"


def test_more_than_the_daemon_takes_is_not_passed(url: str) -> None:
    assert Clamd(url).check([bytes(STREAM_LIMIT)]) is None
    with pytest.raises(TooLarge):
        Clamd(url).check(bytes(256 * 1024) for _ in range(40))


def test_a_daemon_that_is_not_there_is_down(tmp_path) -> None:
    for url in (f"unix://{tmp_path}/nobody.sock", "tcp://127.0.0.1:1"):
        with pytest.raises(ScannerDown):
            Clamd(url, seconds=2).check([PDF])


@contextmanager
def imposter(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                behave(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def hang(done: threading.Event) -> Callable[[socket.socket], None]:
    return lambda _connection: (done.wait(10), None)[1]


def trickle(done: threading.Event) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        while not done.wait(0.05):
            connection.send(b".")

    return behave


@pytest.mark.parametrize("behaviour", [hang, trickle])
def test_a_check_ends_in_time_whatever_the_daemon_does(behaviour) -> None:
    done, began = threading.Event(), monotonic()
    with imposter(behaviour(done)) as url, pytest.raises(ScannerDown):
        Clamd(url, seconds=0.5).check(bytes(256 * 1024) for _ in range(200))
    done.set()
    assert monotonic() - began < 5


@pytest.mark.parametrize("answer", [b"", b"stream: OK but not quite\0", b"UNKNOWN COMMAND\0", b"x" * 9000])
def test_no_answer_but_ok_means_ok(answer: bytes) -> None:
    def behave(connection: socket.socket) -> None:
        while not connection.recv(65536).endswith(b"\0\0\0\0"):
            pass
        connection.sendall(answer)

    with imposter(behave) as url, pytest.raises(ScannerDown):
        Clamd(url, seconds=5).check([PDF])


@pytest.mark.parametrize("url", ["http://x:1", "tcp://", "unix://", "clamd"])
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not tcp://"):
        Clamd(url)

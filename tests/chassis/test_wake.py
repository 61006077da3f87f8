"""A commit wakes whoever waits, in whatever process; a stop cuts every wait short."""

import os
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import text

from services.chassis import wake
from services.chassis.database import Database
from services.chassis.wake import Stop
from tests.chassis.messaging import until


def commit(database: Database, channel: str) -> None:
    with database.unit_of_work() as session:
        wake.on_commit(session, channel)


def waiting(database: Database, channel: str = "post") -> tuple[wake.Waker, Stop]:
    """Return a waker past its first look, which a new one is due."""
    waker, stop = database.waker(channel), Stop()
    waker.wait(stop, 0)
    return waker, stop


def test_a_commit_wakes_its_own_channel_alone(database: Database) -> None:
    waker, stop = waiting(database)
    commit(database, "other")
    assert not waker.wait(stop, 0)
    commit(database, "post")
    assert waker.wait(stop, 5)
    waker.close()


def test_many_commits_are_one_waking(database: Database) -> None:
    waker, stop = waiting(database)
    for _ in range(20):
        commit(database, "post")
    assert waker.wait(stop, 5)
    while waker.wait(stop, 0.05):  # what was still on its way
        pass
    assert not waker.wait(stop, 0)
    waker.close()


def test_what_was_rolled_back_wakes_nobody(database: Database) -> None:
    def fail() -> None:
        with database.unit_of_work() as session:
            wake.on_commit(session, "post")
            raise RuntimeError

    waker, stop = waiting(database)
    with pytest.raises(RuntimeError):
        fail()
    commit(database, "other")  # the same session's later commits carry nothing over
    assert not waker.wait(stop, 0)
    waker.close()


def test_a_commit_with_nobody_waiting_is_no_error(database: Database) -> None:
    commit(database, "nobody")


def test_far_more_commits_than_a_pipe_holds_do_not_block(sqlite_database: Database) -> None:
    waker, _stop = waiting(sqlite_database)
    for _ in range(70_000):
        sqlite_database.wakers.wake("post")  # type: ignore[attr-defined]
    waker.close()


def test_another_process_wakes_us(database: Database) -> None:
    waker, stop = waiting(database)
    code = (
        "import sys; from services.chassis import wake; from services.chassis.database import Database\n"
        "with Database(sys.argv[1]).unit_of_work() as session: wake.on_commit(session, 'post')"
    )
    url = database.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", code, url], check=True)
    assert waker.wait(stop, 5)
    waker.close()


def test_a_stop_ends_the_waiting(database: Database) -> None:
    waker, stop = waiting(database)
    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()
    assert not waker.wait(stop, 30)
    assert time.monotonic() - began < 10
    assert stop.wait(30)
    waker.close()


def test_a_stop_may_be_set_by_a_signal_in_the_middle_of_a_wait() -> None:
    code = (
        "import signal, os; from services.chassis.wake import Stop\n"
        "stop = Stop(); signal.signal(signal.SIGTERM, lambda *_: stop.set())\n"
        "print('ready', flush=True)\n"
        "while not stop.wait(30): pass\n"
        "print('stopped')"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.communicate(timeout=10)[0] == "stopped\n"


@pytest.mark.stack
def test_a_listener_whose_connection_is_cut_connects_again(postgres_database: Database) -> None:
    waker, stop = waiting(postgres_database)
    with postgres_database.unit_of_work() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        )
    until(lambda: waker.wait(stop, 0.01))  # in doubt it says yes, so that the table is looked at

    def woken() -> bool:
        commit(postgres_database, "post")
        return waker.wait(stop, 0.2)

    until(woken)
    waker.close()


def test_pipes_can_be_read_by_their_owner_alone(sqlite_database: Database) -> None:
    waker, _stop = waiting(sqlite_database)
    mode = os.stat(f"{sqlite_database.url.database}.post.wake").st_mode
    assert mode & 0o077 == 0
    waker.close()

"""A start that cannot succeed says in one line why, and what to do."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.preconditions import CannotStart, check_assets, held_folder, open_ports
from tests.parts import ROOT


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_busy_port_is_named_with_a_way_out(busy_port: int) -> None:
    with pytest.raises(CannotStart, match=rf"Port {busy_port} is in use by another program; .*ATRIO_PORT=\d+ make up"):
        open_ports(["first", "second"], busy_port - 1)


def test_after_a_busy_port_the_others_are_free_again(busy_port: int) -> None:
    with pytest.raises(CannotStart):
        open_ports(["first", "second"], busy_port - 1)
    with socket.socket() as next_one:
        next_one.bind(("127.0.0.1", busy_port - 1))


def test_ports_are_open_on_loopback_only() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    sockets = open_ports(["only"], free)
    assert sockets["only"].getsockname() == ("127.0.0.1", free)
    sockets["only"].close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(CannotStart, match=r"data folder .*file/var cannot be written .*ATRIO_DATA"),
        held_folder(tmp_path / "file" / "var"),
    ):
        pass


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        held_folder(tmp_path),
        pytest.raises(CannotStart, match="already runs on the data folder"),
        held_folder(tmp_path),
    ):
        pass


def test_a_folder_tells_whether_it_was_empty(tmp_path: Path) -> None:
    with held_folder(tmp_path / "var") as first:
        assert first
    with held_folder(tmp_path / "var") as second:
        assert not second


def test_missing_scripts_and_styles_point_to_make_up(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="Run `make up`"):
        check_assets(tmp_path / "manifest.json")


def atrio(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with the settings and none of the surroundings'."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ATRIO_")}
    return subprocess.run(
        [sys.executable, "-m", "deploy.atrio", *arguments],
        cwd=ROOT,
        env=clean | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_damaged_database_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "portal.db").write_bytes(b"this is no database" * 100)
    done = atrio("migrate", "portal", ATRIO_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "portal.db is damaged" in done.stderr
    assert "backup" in done.stderr


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    done = atrio(
        "migrate",
        "portal",
        ATRIO_DATA=str(tmp_path),
        ATRIO_PORTAL_DATABASE_URL="postgresql+psycopg://portal:hushhush@127.0.0.1:1/portal",
    )
    assert done.returncode == 1
    assert "127.0.0.1:1/portal cannot be used" in done.stderr
    assert "hushhush" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_migration_finds_nothing_to_do(tmp_path: Path) -> None:
    assert atrio("migrate", "portal", ATRIO_DATA=str(tmp_path)).stdout == "portal: migrated\n"
    assert atrio("migrate", "portal", ATRIO_DATA=str(tmp_path)).stdout == "portal: up to date\n"
    with sqlite3.connect(tmp_path / "portal.db") as database:
        assert database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_settings_that_are_wrong_are_all_named_at_once(tmp_path: Path) -> None:
    done = atrio("migrate", "portal", ATRIO_DATA=str(tmp_path), ATRIO_PORT="high", ATRIO_LOG_LEVEL="loud")
    assert done.returncode == 1
    assert "ATRIO_PORT" in done.stderr
    assert "ATRIO_LOG_LEVEL" in done.stderr
    assert "Traceback" not in done.stderr

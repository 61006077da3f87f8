"""PostgreSQL and RabbitMQ for tests, shared by every test process on this machine that needs them.

Taken from the environment (`ATRIO_TEST_POSTGRES_URL`, `ATRIO_TEST_RABBITMQ_URL`), else run by testcontainers
where a Docker engine answers, else run as local programs. What was started here ends with its last user: each
user holds a shared lock on a file for as long as it lives, and the keeper (`python -m
services.chassis.testing.servers postgres`) waits for the exclusive one.
"""

import atexit
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis.testing.postgres_server import PostgresServer
from services.chassis.testing.programs import ServerUnavailable
from services.chassis.testing.rabbitmq_server import RabbitServer

VARIABLES = {"postgres": "ATRIO_TEST_POSTGRES_URL", "rabbitmq": "ATRIO_TEST_RABBITMQ_URL"}
_held: dict[str, IO[str]] = {}
_urls: dict[str, str] = {}


class Server(Protocol):
    """What the keeper keeps."""

    @property
    def url(self) -> str: ...

    def start(self) -> None: ...

    def remove(self) -> None: ...


def postgres_url() -> str:
    """Return the address of a PostgreSQL superuser; raise `ServerUnavailable` where there is none to be had."""
    return _url_of("postgres")


def rabbitmq_url() -> str:
    """Return the address of a RabbitMQ administrator; raise `ServerUnavailable` where there is none."""
    return _url_of("rabbitmq")


def create_database(prefix: str = "test") -> str:
    """Make an empty PostgreSQL database, deleted when this process ends, and return its address."""
    name = f"{prefix}_{secrets.token_hex(6)}"
    _administer(f'CREATE DATABASE "{name}"')
    atexit.register(_drop_at_the_end, name)
    return make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)


def drop_database(name: str) -> None:
    """Delete a database of `create_database` and cut whoever uses it."""
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _drop_at_the_end(name: str) -> None:
    with suppress(SQLAlchemyError):  # the server may have ended first
        drop_database(name)


def _administer(statement: str) -> None:
    engine = create_engine(postgres_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def create_virtual_host() -> str:
    """Make an empty virtual host on the broker and return its address.

    Needs `rabbitmqctl` of the broker: where the broker came from the environment, its address is returned as
    it is, and what shares it has to use names of its own.
    """
    url = rabbitmq_url()
    if os.environ.get(VARIABLES["rabbitmq"]):
        return url
    name = f"test-{secrets.token_hex(6)}"
    control_broker("add_vhost", name)
    control_broker("set_permissions", "-p", name, urlsplit(url).username or "", ".*", ".*", ".*")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def control_broker(*arguments: str, stdin: str | None = None) -> str:
    """Run rabbitmqctl against the broker and return what it says.

    Raises `ServerUnavailable` where it fails, and where the broker came from the environment.
    """
    rabbitmq_url()
    if os.environ.get(VARIABLES["rabbitmq"]):
        raise ServerUnavailable("there is no rabbitmqctl for a broker from the environment")
    command = json.loads(_state_file("rabbitmq").read_text())["control"]
    line = [*command["arguments"], *arguments]
    done = subprocess.run(line, env=command["env"], input=stdin, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise ServerUnavailable(f"rabbitmqctl {arguments[0]}: {(done.stdout + done.stderr).strip()[-300:]}")
    return done.stdout


def _url_of(kind: str) -> str:
    if given := os.environ.get(VARIABLES[kind]):
        return given
    if kind not in _urls:
        _urls[kind] = _share(kind)
    return _urls[kind]


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"atrio-test-servers-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise ServerUnavailable(f"{folder} belongs to somebody else")
    return folder


def _state_file(kind: str) -> Path:
    return _folder() / f"{kind}.json"


def _share(kind: str) -> str:
    """Join the users of the server of `kind`, which the first of them starts, and return its address."""
    with (_folder() / f"{kind}.start").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        users = (_folder() / f"{kind}.users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[kind] = users  # open for as long as this process lives
        if not _state_file(kind).exists() or not _keeper_lives(kind):
            _start_keeper(kind)
        url: str = json.loads(_state_file(kind).read_text())["url"]
        return url


def _keeper_lives(kind: str) -> bool:
    with (_folder() / f"{kind}.keeper").open("a") as keeper:
        try:
            fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _start_keeper(kind: str) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", __name__, kind],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=(_folder() / f"{kind}.log").open("w"),
        start_new_session=True,
        text=True,
    )
    assert keeper.stdout
    answer = keeper.stdout.readline().strip()
    if answer != "ready":
        log = (_folder() / f"{kind}.log").read_text(errors="replace").strip()
        raise ServerUnavailable(answer or f"no {kind} for the tests: {log[-400:]}")


def keep(kind: str) -> None:
    """Start the server of `kind`, say so on standard output, and end it once nobody uses it any more."""
    own = (_folder() / f"{kind}.keeper").open("a")
    fcntl.flock(own, fcntl.LOCK_EX)
    try:
        server = _start(kind)
    except ServerUnavailable as error:
        print(str(error).replace("\n", " "), flush=True)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _state_file(kind).write_text(
            json.dumps({"url": server.url, "control": getattr(server, "control_command", None)})
        )
        print("ready", flush=True)
        _wait_for_the_last_user(kind)
    finally:
        _state_file(kind).unlink(missing_ok=True)
        server.remove()


def _wait_for_the_last_user(kind: str) -> None:
    with (_folder() / f"{kind}.users").open("w") as users, (_folder() / f"{kind}.start").open("w") as gate:
        while True:
            fcntl.flock(users, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            fcntl.flock(gate, fcntl.LOCK_EX)  # nobody joins while the decision is made
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(gate, fcntl.LOCK_UN)
                continue
            _state_file(kind).unlink(missing_ok=True)
            return


def _start(kind: str) -> Server:
    local: dict[str, Callable[[], Any]] = {"postgres": PostgresServer, "rabbitmq": RabbitServer}
    failure = ""
    if _docker_answers():
        from services.chassis.testing.containers import CONTAINERS

        try:
            return _started(CONTAINERS[kind]())
        except Exception as error:  # an image that cannot be had, an engine that stops: the programs may still do
            failure = f"no container: {error}; "
    try:
        return _started(local[kind]())
    except ServerUnavailable as error:
        raise ServerUnavailable(f"{failure}{error}") from error


def _started(server: Server) -> Server:
    server.start()
    return server


def _docker_answers() -> bool:
    try:
        import docker

        docker.from_env(timeout=3).ping()
    except Exception:  # no library, no engine, no right to use it: all the same here
        return False
    return True


if __name__ == "__main__":
    keep(sys.argv[1])

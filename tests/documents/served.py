"""The documents service in a real gunicorn, for what no test client can show: sockets, memory, kills.

gunicorn loads `tests.documents.served:app`; the folder and the database come from the environment, and the tokens of
one member of staff and one client are left in `<folder>/tokens.json`.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psutil
import requests
from flask import Flask

from services.chassis.columns import new_id
from services.chassis.testing import harness as harness_module
from services.chassis.testing.harness import Harness
from services.documents.service import SERVICE

ROOT = Path(__file__).parents[2]


def make_app() -> Flask:
    """Return the service's app; called inside gunicorn, once in each worker."""
    folder, account = Path(os.environ["SERVED_FOLDER"]), UUID(os.environ["SERVED_ACCOUNT"])
    # The key of the test itself, so that every worker knows it, also one that takes the place of a killed one.
    harness_module.KEY = harness_module.OKPKey.import_key(json.loads((folder / "key.json").read_text()))
    settings = json.loads(os.environ["SERVED_SETTINGS"])
    if largest := settings.pop("LARGEST_FILE", None):  # the system refuses to write more, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
    served = Harness(SERVICE, os.environ["SERVED_DATABASE"], folder, **settings)
    # The same person in every worker: an upload that has begun is theirs alone.
    tokens = {"staff": served.staff(id=UUID(int=7)).token, "client": served.client(account).token}
    draft = folder / f"tokens.{os.getpid()}"
    draft.write_text(json.dumps(tokens))
    draft.replace(folder / "tokens.json")
    return served.app


def __getattr__(name: str) -> Flask:
    if name == "app":
        return make_app()
    raise AttributeError(name)


@dataclass
class Served:
    """A running service: its port, its account, and its own process."""

    port: int
    account: UUID
    folder: Path
    master: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tokens(self) -> dict[str, str]:
        tokens: dict[str, str] = json.loads((self.folder / "tokens.json").read_text())
        return tokens

    @property
    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.master.pid).children()

    def upload_path(self, **query: str) -> str:
        return f"/v1/accounts/{self.account}/documents?{urlencode({'name': 'Informe.pdf'} | query)}"

    def upload(self, body: Any, *, by: str = "staff", headers: dict[str, str] | None = None, **query: str) -> Any:
        sent = {"Authorization": f"Bearer {self.tokens[by]}"} | (headers or {})
        return requests.post(self.url + self.upload_path(**query), data=body, headers=sent, timeout=60)

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        sent = {"Authorization": f"Bearer {self.tokens['staff']}"}
        return requests.get(self.url + path, headers=sent, timeout=60, **kwargs)

    @contextmanager
    def raw_upload(self, length: int, **headers: str) -> Iterator[socket.socket]:
        """Yield a connection on which an upload of `length` bytes was announced and none sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            lines = [f"POST {self.upload_path()} HTTP/1.1", "Host: x", f"Content-Length: {length}"]
            lines += [f"Authorization: Bearer {self.tokens['staff']}", *(f"{k}: {v}" for k, v in headers.items())]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            yield connection

    def stored_files(self) -> list[Path]:
        """Return every file of the store, finished or not."""
        return [path for path in (self.folder / "files").rglob("*") if path.is_file()]


@contextmanager
def serving(folder: Path, database_url: str, **settings: str) -> Iterator[Served]:
    """Run the service on `database_url` in a gunicorn with one worker and four threads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key.json").write_text(json.dumps(harness_module.KEY.as_dict(private=True)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    account = new_id()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATRIO_")}
    environment |= {
        "SERVED_FOLDER": str(folder),
        "SERVED_ACCOUNT": str(account),
        "SERVED_DATABASE": database_url,
        "SERVED_SETTINGS": json.dumps(settings),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "-w", "1", "--timeout", "60"]
    command += ["--graceful-timeout", "1", "-b", f"127.0.0.1:{port}", "tests.documents.served:app"]
    with (folder / "gunicorn.log").open("wb") as log:
        master = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    served = Served(port, account, folder, master)
    try:
        _wait_until_ready(served)
        yield served
    finally:
        master.send_signal(signal.SIGTERM)
        try:
            master.wait(10)
        except subprocess.TimeoutExpired:
            for worker in served.workers:
                worker.kill()
            master.kill()
            master.wait()


def _wait_until_ready(served: Served) -> None:
    for _ in range(300):
        if served.master.poll() is not None:
            raise RuntimeError((served.folder / "gunicorn.log").read_text())
        try:
            if requests.get(f"{served.url}/healthz", timeout=5).ok and (served.folder / "tokens.json").exists():
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError((served.folder / "gunicorn.log").read_text())

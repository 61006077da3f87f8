"""The gateway's API proxy against nginx in the same place, with the checks of session and passport on.

The service behind both does next to nothing; work there would raise every ratio. Both are asked over kept
connections, in turns, since machines differ and change.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts import ROOT, SERVICE_NAMES
from tests.running import free_ports

LEAST_RATIO, MOST_ADDED_MILLISECONDS = 0.45, 0.8
ROUNDS, SECONDS = 5, 2
KEEP_SECONDS = 2
"""How long the gateway keeps what identity said of a session."""
PATH = "/api/portal/v1/requests"
SESSION = "s" * 43
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream service {{ server 127.0.0.1:{service}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    keepalive_requests 10000000;
    location /api/portal/ {{
      proxy_pass http://service/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer {passport}";
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
}}
"""

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Places:
    """Where each answers: the service itself, nginx and the gateway, both in front of it."""

    service: int
    nginx: int
    gateway: int

    def urls(self) -> dict[str, str]:
        return {
            "service": f"http://127.0.0.1:{self.service}{PATH.removeprefix('/api/portal')}",
            "nginx": f"http://127.0.0.1:{self.nginx}{PATH}",
            "gateway": f"http://127.0.0.1:{self.gateway}{PATH}",
        }

    def identity_calls(self) -> int:
        return int(urllib.request.urlopen(f"http://127.0.0.1:{self.service}/calls").read())


@dataclass(frozen=True)
class Load:
    """What wrk measured: requests a second and the middle of all answer times in milliseconds."""

    rate: float
    p50: float


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """The service, nginx and the gateway, running."""
    for program in ("wrk", "nginx"):
        assert find(program), f"install {program} (on Debian: apt-get install {program})"
    folder = tmp_path_factory.mktemp("gateway")
    first = free_ports(3)
    found = Places(first, first + 1, first + 2)
    with ExitStack() as running:
        running.enter_context(program_at(found.service, "-m", "tests.benchmarks.tiny_services", str(found.service)))
        running.enter_context(nginx_at(found, folder))
        running.enter_context(gateway_at(found, folder))
        yield found


def find(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


@contextmanager
def program_at(port: int, *arguments: str, **settings: str) -> Iterator[None]:
    with stopped_at_the_end([sys.executable, *arguments], port, settings):
        yield


@contextmanager
def nginx_at(places: Places, folder: Path) -> Iterator[None]:
    text = NGINX.format(folder=folder, service=places.service, port=places.nginx, passport="p" * 600)
    (folder / "nginx.conf").write_text(text)
    nginx = find("nginx")
    assert nginx
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with stopped_at_the_end(command, places.nginx, {}):
        yield


@contextmanager
def gateway_at(places: Places, folder: Path) -> Iterator[None]:
    settings = {f"ATRIO_{name.upper()}_URL": f"http://127.0.0.1:{places.service}" for name in SERVICE_NAMES}
    settings |= {"ATRIO_DATA": str(folder), "ATRIO_PORT": str(places.gateway)}
    with program_at(places.gateway, "-m", "deploy.atrio", "serve", "gateway", **settings):
        yield


@contextmanager
def stopped_at_the_end(command: list[str], port: int, settings: dict[str, str]) -> Iterator[None]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ATRIO_")}
    program = subprocess.Popen(command, cwd=ROOT, env=environment | settings)
    try:
        await_answer(program, port)
        yield
    finally:
        program.terminate()
        program.wait(timeout=20)


def await_answer(program: subprocess.Popen[bytes], port: int) -> None:
    for _attempt in range(300):
        assert program.poll() is None, f"the program for port {port} ended"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing answers at port {port}")


def load(url: str, connections: int, seconds: int = SECONDS) -> Load:
    """Ask `url` over and over, on so many connections at a time, as a client who is signed in."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Cookie: atrio_client={SESSION}"]
    command += ["-H", f"Authorization: Bearer {'p' * 600}"] if "/api/" not in url else []
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    rate, middle = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"50%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert middle, said
    return Load(float(rate[1]), float(middle[1]) * {"us": 0.001, "ms": 1, "s": 1000}[middle[2]])


def in_turns(places: Places, connections: int) -> dict[str, Load]:
    """Ask each of the three in each round, and return the best of each: what else the machine does only slows."""
    found: dict[str, list[Load]] = {name: [] for name in places.urls()}
    for _round in range(ROUNDS):
        for name, url in places.urls().items():
            found[name].append(load(url, connections))
    return {name: Load(max(one.rate for one in loads), min(one.p50 for one in loads)) for name, loads in found.items()}


def test_all_give_the_same_answer(places: Places) -> None:
    headers = {"Cookie": f"atrio_client={SESSION}", "Authorization": f"Bearer {'p' * 600}"}
    bodies = set()
    for url in places.urls().values():
        request = urllib.request.Request(url, headers={"Cookie": headers["Cookie"]} if "/api/" in url else headers)
        bodies.add(urllib.request.urlopen(request).read())
    assert bodies == {b'{"items":[],"next":null}'}


@pytest.mark.parametrize("connections", [1, 8])
def test_requests_a_second_against_nginx(places: Places, connections: int) -> None:
    found = in_turns(places, connections)
    for name, one in found.items():
        sys.stderr.write(f"{name} c={connections}: {one.rate:,.0f}/s, p50 {one.p50:.2f} ms\n")
    ratio = found["gateway"].rate / found["nginx"].rate
    added = found["gateway"].p50 - found["service"].p50
    sys.stderr.write(f"gateway / nginx {ratio:.2f}, added p50 {added:.2f} ms\n")
    assert ratio >= LEAST_RATIO
    if connections == 1:
        assert added <= MOST_ADDED_MILLISECONDS


def test_the_checks_ask_nobody_while_they_are_warm(places: Places) -> None:
    """However many ask: once about a session, and not again before what identity said is two seconds old."""
    load(places.urls()["gateway"], 1, seconds=1)
    before, began = places.identity_calls(), time.monotonic()
    rate = load(places.urls()["gateway"], 8, seconds=5).rate
    asked, passed = places.identity_calls() - before, time.monotonic() - began
    sys.stderr.write(f"identity was asked {asked} times about {rate * 5:,.0f} calls in {passed:.1f} s\n")
    assert asked <= passed / KEEP_SECONDS + 1

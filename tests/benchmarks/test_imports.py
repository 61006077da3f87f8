"""An import of 50,000 clients, one line in a hundred bad: each is reported, the rest is there, and once only."""

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.portal.directory.models import Account, Contact
from services.portal.service import SERVICE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(3600)]
LINES, BAD_EVERY = int(os.environ.get("ATRIO_BENCH_LINES", "50000")), 100
LEAST_A_SECOND = 300
HEAD = "Client,Tax number,E-mail,Contact person,Contact e-mail,Client since\n"


def text() -> Iterator[str]:
    yield HEAD
    for n in range(LINES):
        address = "no address" if n % BAD_EVERY == 7 else f"c{n}@client.example"
        yield f'"Client {n}, S.L.",B-{n:08},{address},Person {n},p{n}@client.example,2019-03-01\n'


def carried(portal: Harness) -> tuple[dict[str, Any], dict[str, float], set[int]]:
    """Import the file; return the import as it ended, how long each part took, and the percentages that it told.

    Whoever asks comes with a new passport each time, as with the gateway: the worker needs none.
    """
    took, told = {}, set()
    sender = next(sender for sender in portal.service.senders if sender.name == "imports")
    began = time.perf_counter()
    job = portal.staff().post("/v1/imports", query_string={"name": "c.csv"}, data="".join(text()).encode()).json
    took["upload"] = time.perf_counter() - began
    path = f"/v1/imports/{job['id']}"
    mapping = {"mapping": job["mapping"], "key": "tax_number"}
    for part in ("check", "import"):
        staff = portal.staff()
        answer = staff.put(f"{path}/mapping", json=mapping) if part == "check" else staff.post(f"{path}/start")
        assert answer.status_code == 200, answer.json
        began = time.perf_counter()
        while (found := portal.staff().get(path).json)["status"] in ("checking", "importing"):
            told.add(found["percent"])
            sender.run(portal.runtime)
        took[part] = time.perf_counter() - began
    return found, took, told


def test_fifty_thousand_lines(open_harness: OpenHarness) -> None:
    portal = open_harness(SERVICE)
    bad = len(range(7, LINES, BAD_EVERY))
    done, took, told = carried(portal)
    rate = LINES / took["import"]
    sys.stderr.write(f"{took}: {rate:.0f} lines/s on {portal.database.engine.dialect.name}\n")
    assert (done["status"], done["counts"]) == ("done", {"new": LINES - bad, "updated": 0, "same": 0, "bad": bad})
    assert len(told) > 1
    report = portal.staff().get(f"/v1/imports/{done['id']}/faults").text.splitlines()[1:]
    # A line of the file is one more than its place: the head is the first.
    assert {int(line.split(",")[0].strip('"')) for line in report} == set(range(9, LINES + 2, BAD_EVERY))
    again, took, _told = carried(portal)
    sys.stderr.write(f"once more {took}\n")
    assert again["counts"] == {"new": 0, "updated": 0, "same": LINES - bad, "bad": bad}
    with portal.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == LINES - bad
        assert session.scalar(select(func.count()).select_from(Contact)) == LINES - bad
    if portal.database.engine.dialect.name == "postgresql":
        assert rate >= LEAST_A_SECOND

"""Home among 100,000 clients with 300,000 contacts and a million lines of history, against a page that asks nothing."""

import os
import sys
from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Request, Response

from gateway.app import Gateway
from services.chassis.database import new_id
from services.chassis.testing.harness import Harness
from tests.benchmarks.test_clients import crowded, in_turn, p95  # noqa: F401 -- a fixture
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT_SESSION, House
from tests.portal.conftest import Client as Person
from tests.portal.conftest import document_of, sign_request_of

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]
HISTORY = int(os.environ.get("ATRIO_BENCH_ACTIVITY", "1000000"))
ASKED, MOST_TIMES = 5, 3.0
ACCOUNT = UUID(int=2001)
ACTIVITY = """
INSERT INTO activity (id, account_id, kind, by, at, subject_kind, subject_id, title, version)
SELECT gen_random_uuid(), accounts.id, 'account.changed', '{"kind": "staff", "id": "1", "name": "Lucía Marín"}',
    now() - n * INTERVAL '1 second', 'account', accounts.id, accounts.name, 1
FROM generate_series(1, :each) AS n, accounts
"""


@pytest.fixture
def old_firm(crowded: Harness) -> Harness:  # noqa: F811
    """The crowded portal with its history, and one client for whom something of every kind waits."""
    with crowded.database.engine.begin() as connection:
        clients = connection.scalar(text("SELECT count(*) FROM accounts"))
        connection.execute(text(ACTIVITY), {"each": max(1, HISTORY // (clients or 1))})
        contact_id = connection.scalar(text("SELECT id FROM contacts WHERE account_id = :id LIMIT 1"), {"id": ACCOUNT})
    staff, person = crowded.staff(), Person(ACCOUNT, contact_id, new_id(), crowded.client(ACCOUNT))
    for number in range(ASKED):
        asked = {"account_id": str(ACCOUNT), "title": f"Papers {number}", "items": [{"title": "One"}]}
        assert staff.post("/v1/requests", json=asked).status_code == 201
        crowded.deliver("documents.document.uploaded.v1", document_of(person))
        crowded.deliver("signing.sign_request.sent.v1", sign_request_of(person))
    with crowded.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    crowded.runtime.bench_person = person  # type: ignore[attr-defined]
    return crowded


@pytest.fixture
def gateway(old_firm: Harness) -> Iterator[Gateway]:
    """A gateway whose portal service is the real one; who the visitor is, is answered from memory."""
    server = HTTPServer(threaded=True)
    server.start()
    house = House(server)
    person: Person = old_firm.runtime.bench_person  # type: ignore[attr-defined]

    def pass_on(request: Request) -> Response:
        browser = old_firm.client(ACCOUNT, contact_id=person.contact_id, id=person.user_id)
        answer = browser.get(request.path.removeprefix("/portal"))
        return Response(answer.data, answer.status_code, content_type=answer.content_type)

    house.answers |= {("GET", f"/portal/v1/{name}"): pass_on for name in ("home", "shell", "brand")}
    yield house.gateway()
    server.stop()


def test_home_takes_at_most_three_times_an_empty_page(gateway: Gateway) -> None:
    client = Visitor(gateway, atrio_client=CLIENT_SESSION)

    def opened(path: str) -> None:
        assert client.get(path).status_code == 200

    assert client.get("/home").text.count('class="todo"') == 2 * ASKED
    taken = in_turn({"empty": lambda: opened("/more"), "home": lambda: opened("/home")})
    empty, home = p95(taken["empty"]), p95(taken["home"])
    sys.stderr.write(f"Home {home * 1000:.1f} ms, an empty page {empty * 1000:.1f} ms: {home / empty:.2f} times\n")
    assert home <= MOST_TIMES * empty

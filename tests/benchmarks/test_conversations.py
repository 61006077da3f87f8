"""Conversations at a million messages: a thread and the work list cost little more than empty ones, posting than a row.

`ATRIO_BENCH_THREADS` threads of ten messages each; 100,000 for the limit, 2,000 unless told.
"""

import os
import sys
import time
from collections.abc import Callable
from statistics import quantiles
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis import outbox
from services.chassis.auth import Caller
from services.chassis.clock import now
from services.chassis.database import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.portal.conversations import actions
from services.portal.conversations.models import ConversationMessage
from services.portal.conversations.queries import conversation
from services.portal.conversations.telling import POSTED
from services.portal.service import SERVICE
from services.portal.work.queries import work

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1800)]
THREADS, EACH = int(os.environ.get("ATRIO_BENCH_THREADS", "2000")), 10
ROUNDS, MOST_TIMES, MOST_TIMES_OF_WORK = 40, 3.0, 4.0
STAFF = Caller(kind="staff", id=new_id(), name="Lucía Marín")
ACCOUNT = UUID(int=1)

ACCOUNTS = """
INSERT INTO accounts (id, name, kind, tax_number, address, phone, email, locale, is_test, status, sort_name,
    search_text, portal_status, created_at, updated_at, version)
VALUES (CAST(:id AS uuid), 'Acosta', 'company', '', '', '', '', 'es', FALSE, 'active', 'acosta', 'acosta',
    'not_invited', now(), now(), 1)
"""
CONVERSATIONS = """
INSERT INTO conversations (id, account_id, title, status, assignee_name, started_by, created_at, last_at, last_by,
    excerpt, last_number, firm_number, client_number, awaits_firm, version)
SELECT lpad(to_hex(n), 32, '0')::uuid, CAST(:account AS uuid), 'Thread ' || n, 'open', '',
    '{"kind": "client", "id": "1", "name": "Ana"}', now(), now() - n * INTERVAL '1 minute',
    '{"kind": "client", "id": "1", "name": "Ana"}', 'What about ' || n, :each, :each - 1, :each, n % 50 = 0, 1
FROM generate_series(1, :threads) AS n
"""
MESSAGES = """
INSERT INTO conversation_messages (id, conversation_id, number, by, text, search_text, internal, at)
SELECT gen_random_uuid(), conversations.id, k, '{"kind": "client", "id": "1", "name": "Ana"}',
    'What about ' || md5(conversations.title || k), 'what about ' || md5(conversations.title || k), FALSE, now()
FROM conversations, generate_series(1, :each) AS k
"""


@pytest.fixture
def crowded(open_harness: OpenHarness) -> Harness:
    """A portal with all of these threads, inserted by SQL; the index of the search is made once they are there."""
    portal = open_harness(SERVICE)
    index = "ix_conversation_messages_search_text"
    with portal.database.engine.begin() as connection:
        if connection.dialect.name != "postgresql":
            pytest.skip("the limit is for PostgreSQL")
        connection.execute(text(f"DROP INDEX {index}"))
        connection.execute(text(ACCOUNTS), {"id": str(ACCOUNT)})
        connection.execute(text(CONVERSATIONS), {"account": str(ACCOUNT), "each": EACH, "threads": THREADS})
        connection.execute(text(MESSAGES), {"each": EACH})
        connection.execute(text(f"CREATE INDEX {index} ON conversation_messages USING gin (text_pieces(search_text))"))
    with portal.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("conversations", "conversation_messages"):
            connection.execute(text(f"VACUUM ANALYZE {table}"))
    return portal


def test_a_thread_costs_at_most_three_times_an_empty_one(crowded: Harness) -> None:
    with crowded.database.unit_of_work() as session:
        empty = actions._new(new_id(), ACCOUNT, "Empty", STAFF)
        session.add(empty)

    def shown(id: UUID) -> None:
        with crowded.database.reading() as session:
            conversation(session, STAFF, id)

    full = UUID(int=THREADS // 2)
    limits(empty=lambda: shown(empty.id), thread=lambda: shown(full))


def test_posting_costs_at_most_three_times_a_bare_row_with_its_event(crowded: Harness) -> None:
    id = UUID(int=THREADS // 3)

    def bare() -> None:
        with crowded.database.unit_of_work() as session:
            at, other = now(), new_id()
            session.add(
                ConversationMessage(
                    id=other,
                    conversation_id=UUID(int=1),
                    number=int(time.time_ns() // 1000 % 2_000_000_000) + EACH,
                    by=STAFF.person,
                    text="Here it is.",
                    search_text="here it is.",
                    at=at,
                )
            )
            data = {"id": other, "by": STAFF.person, "excerpt": "Here it is."}
            outbox.record(session, POSTED, subject=other, version=1, data=data)

    def post() -> None:
        with crowded.database.unit_of_work() as session:
            actions.post(session, STAFF, id, text="Here it is.")

    limits(bare=bare, post=post)


def test_the_work_list_costs_at_most_four_times_an_empty_one(crowded: Harness) -> None:
    def listed(account_id: UUID | None) -> None:
        with crowded.database.reading() as session:
            work(session, STAFF, kind=None, cursor=None, limit=50, account_id=account_id)

    limits(most=MOST_TIMES_OF_WORK, empty=lambda: listed(UUID(int=2)), work=lambda: listed(None))


def limits(most: float = MOST_TIMES, **acts: Callable[[], None]) -> None:
    """Measure both in turn, so that they meet the same machine, and hold the second against the first."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for place in range(ROUNDS + 1):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            if place:  # the first round fills the caches
                taken[name].append(time.perf_counter() - began)
    first, second = (quantiles(seconds, n=20)[18] for seconds in taken.values())
    names = " / ".join(acts)
    sys.stderr.write(f"{names}: {first * 1000:.1f} / {second * 1000:.1f} ms, {second / first:.2f} times\n")
    assert second <= most * first

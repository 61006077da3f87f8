"""A folder of 10,000 documents: its first page, by each order, takes little longer than that of an empty one."""

import time
from collections.abc import Callable
from statistics import quantiles
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from services.chassis.auth import AccountAccess, Caller
from services.chassis.clock import now
from services.chassis.database import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.documents.folders import actions, queries
from services.documents.library.models import Document
from services.documents.service import SERVICE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
DOCUMENTS, ROUNDS, MOST_TIMES = 10_000, 60, 3.0
STAFF = Caller(kind="staff", id=new_id(), permissions=frozenset({"documents.read", "documents.write"}))
NOTHING = {"q": "", "tag": "", "kind": "", "origin": "", "new": False, "cursor": None}


@pytest.fixture
def harness(open_harness: OpenHarness) -> Harness:
    """The documents service on an empty database."""
    return open_harness(SERVICE)


def fill(harness: Harness, account: UUID, folder: UUID) -> None:
    """Put documents into a folder, all at once."""
    at, by = now(), {"kind": "staff", "id": "1", "name": "Lucía"}
    facts = {"status": "available", "origin": "firm", "shared": True, "shared_at": at, "uploaded_by": by}
    facts |= {"uploaded_at": at, "changed_at": at, "version_number": 1, "content_type": "application/pdf"}
    facts |= {"sha256": "0" * 64, "version": 1, "account_id": account, "folder_id": folder}
    facts |= {"owner_level": 2, "member_level": 2, "tags_text": ""}
    rows = [
        {"id": new_id(), "name": f"{n:05}.pdf", "search_name": f"{n:05}.pdf", "size": n} | facts
        for n in range(DOCUMENTS)
    ]
    with harness.database.unit_of_work() as session:
        session.execute(insert(Document), rows)
    with harness.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))  # as the database does by itself before long


def p95(call: Callable[[], object]) -> float:
    """Return how long `call` takes at most in 95 of 100 times, in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return quantiles(taken, n=20)[-1]


def test_a_full_folder_lists_about_as_fast_as_an_empty_one(harness: Harness) -> None:
    account = new_id()
    with harness.database.unit_of_work() as session:
        full, empty = (
            actions.create_folder(session, STAFF, account, name=name, parent_id=None, rights={}).id
            for name in ("Full", "Empty")
        )
    fill(harness, account, full)
    access = (AccountAccess(account, new_id(), "owner"),)
    client = Caller(kind="client", id=new_id(), accounts=access, account_id=account)

    def shelf(folder: UUID, caller: Caller, sort: str) -> int:
        with harness.database.reading() as session:
            page = queries.shelf(
                session, caller, account, folder=folder, folders_cursor=None, limit=50, sort=sort, **NOTHING
            )
            return len(page["items"])

    for caller in (STAFF, client):
        nothing = p95(lambda caller=caller: shelf(empty, caller, "-changed"))  # type: ignore[misc]
        for sort in ("-changed", "name"):
            assert shelf(full, caller, sort) == 50
            much = p95(lambda caller=caller, sort=sort: shelf(full, caller, sort))  # type: ignore[misc]
            print(f"{caller.kind} {sort}: {much:.1f} ms, of an empty one {nothing:.1f} ms")
            assert much <= MOST_TIMES * nothing

"""What past events say of an erased client, taken out of the outbox and the inbox.

A published event is deleted. A received one leaves its id behind, without its words, so that it is still known when
it comes again. One that waits or is dead is not handled any more, unless it carries a state by its version: those
come to nothing by themselves, and the newest of them is that of the erasure itself.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.inbox import INBOX
from services.chassis.outbox import OUTBOX

BATCH = 200
Beat = Callable[[], None]
Stays = Callable[[str], bool]


def needles(*groups: Iterable[object]) -> tuple[bytes, ...]:
    """Return what to look for in events: ids, addresses, numbers. What is too short to mean anybody is left out."""
    words = {str(word) for group in groups for word in group if word}
    return tuple(sorted(word.encode() for word in words if len(word) >= 6))


def scrub(database: Database, wanted: Sequence[bytes], stays: Stays, beat: Beat) -> int:
    """Take every event that names one of `wanted` out of outbox and inbox; return how many.

    `stays` says of which type an event that waits is left: one that carries a state. `beat` is called often.
    """
    return _scrub_outbox(database, wanted, stays, beat) + _scrub_inbox(database, wanted, stays, beat)


def _names(envelope: bytes, wanted: Sequence[bytes]) -> bool:
    return any(word in envelope for word in wanted)


def _scrub_outbox(database: Database, wanted: Sequence[bytes], stays: Stays, beat: Beat) -> int:
    total, after = 0, 0
    while True:
        with database.reading() as session:
            query = select(OUTBOX.c.id, OUTBOX.c.type, OUTBOX.c.envelope, OUTBOX.c.published_at)
            rows: Sequence[Any] = session.execute(
                query.where(OUTBOX.c.id > after).order_by(OUTBOX.c.id).limit(BATCH)
            ).all()
        if not rows:
            return total
        after = rows[-1].id
        found = [
            row.id
            for row in rows
            if (row.published_at is not None or not stays(row.type)) and _names(row.envelope, wanted)
        ]
        if found:
            with database.unit_of_work() as session:
                session.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(found)))
        total += len(found)
        beat()


def _scrub_inbox(database: Database, wanted: Sequence[bytes], stays: Stays, beat: Beat) -> int:
    total, after = 0, UUID(int=0)
    while True:
        with database.reading() as session:
            query = select(INBOX.c.event_id, INBOX.c.type, INBOX.c.envelope, INBOX.c.handled_at, INBOX.c.dead_at)
            rows: Sequence[Any] = session.execute(
                query.where(INBOX.c.event_id > after).order_by(INBOX.c.event_id).limit(BATCH)
            ).all()
        if not rows:
            return total
        after = rows[-1].event_id
        over = [row for row in rows if row.handled_at or row.dead_at or not stays(row.type)]
        found = [row.event_id for row in over if _names(row.envelope, wanted)]
        if found:
            emptied = {"envelope": b"{}", "last_error": None, "dead_at": None}
            with database.unit_of_work() as session:
                mine = update(INBOX).where(INBOX.c.event_id.in_(found))
                session.execute(mine.where(INBOX.c.handled_at.is_(None)).values(handled_at=clock.now(), **emptied))
                session.execute(mine.values(**emptied))
        total += len(found)
        beat()

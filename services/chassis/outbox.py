"""What a service has to say: rows in its own database, written in the transaction of the change itself.

The relay carries them to the bus: at least once. A crash between the confirm of the bus and the mark in the
table sends an event again; the inboxes know it by its id.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, MetaData, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, observability, wake
from services.chassis.bus import BusUnavailable, Message, Outcome, Publisher
from services.chassis.columns import among, id_at
from services.chassis.database import Claim, Database
from services.chassis.event import Event
from services.chassis.messaging_tables import outbox_table
from services.chassis.watchdog import Watchdog

OUTBOX = outbox_table(MetaData())
_INSERT = insert(OUTBOX)
_UNPUBLISHED = (
    select(OUTBOX.c.id, OUTBOX.c.event_id, OUTBOX.c.type, OUTBOX.c.envelope)
    .where(OUTBOX.c.published_at.is_(None))
    .order_by(OUTBOX.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_MARK_PUBLISHED = update(OUTBOX).where(among(OUTBOX.c.id, "ids")).values(published_at=bindparam("now"), last_error=None)
CHANNEL = "outbox"
_GATHERED = "outbox.gathered"
BATCH = 500
HANG_SECONDS = 60.0
REST_SECONDS = 30.0
"""How long a refused event rests, so that it does not hold up those behind it."""
MAX_RESTING = 1000
PRUNE_BATCH = 5000
log = observability.logger(__name__)


def record(session: Session, type: str, *, subject: object, version: int, data: Mapping[str, Any]) -> Event:
    """Record that something happened; it is published once the transaction of `session` is committed.

    `subject` is the id of the aggregate, `version` its version after the change; `data` may hold UUIDs and
    moments. Returns the event. Raises `ValueError` for a malformed type or more than 64 KiB.
    """
    event = Event.new(type, source=type.partition(".")[0], subject=subject, version=version, data=data)
    row = {"event_id": event.id, "type": event.type, "envelope": event.to_bytes(), "created_at": event.time}
    gathered: list[dict[str, Any]] | None = session.info.get(_GATHERED)
    if gathered is None:
        wake.insert_and_wake(session, _INSERT, row, CHANNEL)
    else:
        gathered.append(row)
    observability.EVENTS_RECORDED.labels(event.source, event.type).inc()
    return event


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Insert what is recorded meanwhile in one statement at the end, for who changes rows by the hundred.

    An exception drops it: whoever catches one has to undo the changes, too, with a savepoint around this.
    """
    rows: list[dict[str, Any]] = []
    session.info[_GATHERED] = rows
    try:
        yield
    finally:
        del session.info[_GATHERED]
    if rows:
        session.execute(_INSERT, rows)
        wake.on_commit(session, CHANNEL)


class Relay:
    """Carries the events of one service from its outbox to the bus. Several may run at once."""

    def __init__(self, service: str, database: Database, publisher: Publisher, watchdog: Watchdog) -> None:
        self._service, self._database = service, database
        self._publisher, self._watchdog = publisher, watchdog
        self._resting: dict[int, float] = {}
        self._refused = ""

    @property
    def refused(self) -> str:
        """Why the bus did not take events that are to be tried again; empty while there are none."""
        return self._refused if self._resting else ""

    def run_once(self) -> int:
        """Publish one batch and return how many events left; 0 where there is nothing to do now.

        Raises `BusUnavailable`, after noting it on the rows.
        """
        with self._database.claim(self._unpublished(), limit=BATCH) as claim:
            if not claim.rows:
                return 0
            ids = {str(row.event_id): row.id for row in claim.rows}
            messages = [Message(id, row.type, row.envelope) for id, row in zip(ids, claim.rows, strict=True)]
            try:
                with self._watchdog.limit("publishing to the bus", HANG_SECONDS):
                    outcome = self._publisher.publish(messages)
            except BusUnavailable as error:
                _note(claim, dict.fromkeys(ids.values(), str(error)))
                unavailable = error
            else:
                return self._mark(claim, ids, outcome)
        raise unavailable

    def _unpublished(self) -> Select[Any]:
        now = monotonic()
        self._resting = {id: until for id, until in self._resting.items() if until > now}
        return _UNPUBLISHED.where(OUTBOX.c.id.not_in(self._resting)) if self._resting else _UNPUBLISHED

    def _mark(self, claim: Claim, ids: Mapping[str, int], outcome: Outcome) -> int:
        if outcome.confirmed:
            confirmed = [ids[event_id] for event_id in outcome.confirmed]
            claim.execute(_MARK_PUBLISHED, {"now": clock.now(), "ids": json.dumps(confirmed)})
            observability.EVENTS_PUBLISHED.labels(self._service).inc(len(outcome.confirmed))
        if outcome.failed:
            self._rest(claim, {ids[event_id]: reason for event_id, reason in outcome.failed.items()})
        return len(outcome.confirmed)

    def _rest(self, claim: Claim, reasons: Mapping[int, str]) -> None:
        _note(claim, reasons)
        until = monotonic() + REST_SECONDS
        room = max(MAX_RESTING - len(self._resting), 0)
        self._resting |= dict.fromkeys(sorted(reasons)[:room], until)
        id, reason = next(iter(reasons.items()))
        self._refused = reason
        log.error("the bus refused events", count=len(reasons), first=id, reason=reason)


def _note(claim: Claim, reasons: Mapping[int, str]) -> None:
    claim.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == bindparam("row"))
        .values(attempts=OUTBOX.c.attempts + 1, last_error=bindparam("reason")),
        [{"row": id, "reason": reason[:1000]} for id, reason in reasons.items()],
    )


def prune(database: Database, days: float) -> int:
    """Delete events published more than `days` ago, in small transactions; return how many."""
    before = clock.now() - timedelta(days=days)
    # Ids tell when they were made: by them the old ones are found without reading the table.
    made = OUTBOX.c.event_id < id_at(before)
    old = select(OUTBOX.c.id).where(made, OUTBOX.c.published_at < before).limit(PRUNE_BATCH)
    total = 0
    while True:
        with database.unit_of_work() as session:
            gone = session.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(old)).returning(OUTBOX.c.id)).all()
        total += len(gone)
        if len(gone) < PRUNE_BATCH:
            return total


def unsent(session: Session, *, after: int = 0, limit: int = 50) -> Sequence[Any]:
    """Return events that wait for the bus, the oldest first, after the row `after`."""
    query = select(*(column for column in OUTBOX.c if column.name != "envelope"))
    query = query.where(OUTBOX.c.published_at.is_(None), OUTBOX.c.id > after)
    return session.execute(query.order_by(OUTBOX.c.id).limit(limit)).all()


def measure(session: Session, service: str) -> None:
    """Set the figures of the outbox: how many events wait, and for how long the oldest."""
    waiting = OUTBOX.c.published_at.is_(None)
    figures = select(func.count(OUTBOX.c.id), func.min(OUTBOX.c.created_at)).where(waiting)
    count, oldest = session.execute(figures).one()
    observability.OUTBOX_WAITING.labels(service).set(count)
    age = (clock.now() - oldest).total_seconds() if oldest else 0
    observability.OUTBOX_AGE.labels(service).set(max(age, 0))


def is_recorded(session: Session, event_id: UUID) -> bool:
    """Return whether the event stands in the outbox, published or not."""
    return session.execute(select(OUTBOX.c.id).where(OUTBOX.c.event_id == event_id)).first() is not None

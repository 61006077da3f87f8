"""What a service was told: stored first, handled then, each event once.

The table is the retry queue, the same on every bus: `accept` stores a batch and forgets what it knows already;
`Handling` runs the handler and marks the event in one transaction. What fails comes again, later each time;
what cannot succeed, and what failed too often, is dead: shown to staff with its reason, and replayed by them.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from marshmallow import ValidationError
from sqlalchemy import MetaData, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, observability, wake
from services.chassis.bus import Message
from services.chassis.columns import id_at
from services.chassis.database import Database
from services.chassis.event import MAX_BYTES, Event, MalformedEvent, handling
from services.chassis.messaging_tables import inbox_table
from services.chassis.runtime import Runtime

INBOX = inbox_table(MetaData())
CHANNEL = "inbox"
MAX_ATTEMPTS = 8
FIRST_SECONDS, LONGEST_SECONDS = 5, 1200
CAREFUL_EVENTS = 20
PRUNE_BATCH = 5000
ENDED = "the process ended while it was handled"
log = observability.logger(__name__)


# Built once: building them for each event would take longer than running them.
_OPEN = INBOX.c.handled_at.is_(None), INBOX.c.dead_at.is_(None)
_UNFINISHED = select(INBOX.c.event_id, INBOX.c.type, INBOX.c.envelope, INBOX.c.attempts, INBOX.c.last_error).where(
    *_OPEN
)
_DUE = (
    _UNFINISHED.where(INBOX.c.next_attempt_at <= bindparam("now"))
    .order_by(INBOX.c.next_attempt_at, INBOX.c.event_id)
    .limit(1)
)
_CLAIM = _DUE.with_for_update(skip_locked=True)
_CLAIM_ONE = _UNFINISHED.where(INBOX.c.event_id == bindparam("id")).with_for_update(skip_locked=True)
_MARK_HANDLED = (
    update(INBOX)
    .where(INBOX.c.event_id == bindparam("id"))
    .values(handled_at=bindparam("now"), attempts=bindparam("tries"), last_error=None)
)


class Hopeless(Exception):
    """Handling this event again cannot help; the text says why."""


def accept(database: Database, service: str, batch: Sequence[Message]) -> int:
    """Store a batch in one statement and return how many events were new.

    What cannot be read is stored as dead. Raises only where nothing can be stored at all.
    """
    rows = [_row(message) for message in batch]
    try:
        new = _insert(database, rows)
    except (DataError, IntegrityError):  # one of them cannot be stored as it is, and shall not stop the others
        new = sum(_insert_or_bury(database, row) for row in rows)
    observability.EVENTS_RECEIVED.labels(service).inc(len(batch))
    observability.EVENTS_REPEATED.labels(service).inc(len(batch) - new)
    return new


def _insert(database: Database, rows: Sequence[Mapping[str, Any]]) -> int:
    return database.insert_missing(INBOX, "event_id", rows, wake=CHANNEL)


def _insert_or_bury(database: Database, row: Mapping[str, Any]) -> int:
    try:
        return _insert(database, [row])
    except (DataError, IntegrityError) as error:
        return _insert(database, [_buried(row["type"], row["envelope"], f"cannot be stored: {error.orig}")])


def _row(message: Message) -> dict[str, Any]:
    try:
        event = Event.from_bytes(message.body)
        if event.type != message.type:
            raise MalformedEvent(f"it came as {message.type} and calls itself {event.type}")
    except MalformedEvent as error:
        log.error("an event cannot be read", type=message.type, reason=str(error))
        return _buried(message.type, message.body, str(error))
    return _new_row(event.id, event.type, event.subject, message.body)


def _new_row(event_id: UUID, type: str, subject: str, envelope: bytes) -> dict[str, Any]:
    now = clock.now()
    return {
        "event_id": event_id,
        "type": type,
        "subject": subject,
        "envelope": envelope,
        "received_at": now,
        "next_attempt_at": now,
        "dead_at": None,
        "last_error": None,
    }


def _buried(type: str, envelope: bytes, reason: str) -> dict[str, Any]:
    # Under an id of its own, made of its bytes: it may not take the place of an event that is well.
    row = _new_row(uuid5(NAMESPACE_OID, envelope.hex()), _printable(type, 120), "", envelope[:MAX_BYTES])
    return row | {"dead_at": row["received_at"], "last_error": _printable(reason)}


def _printable(text: str, limit: int = 2000) -> str:
    # PostgreSQL stores no NUL, and nothing stores half a surrogate pair.
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()[:limit]


def delay(failures: int) -> timedelta:
    """Return how long an event rests after it failed `failures` times: 5 s x 4^n, 20 min at most."""
    seconds = min(FIRST_SECONDS * 4 ** (failures - 1), LONGEST_SECONDS)
    return timedelta(seconds=seconds)


class Handling:
    """Handles the events in the inbox of `runtime`, one at a time. Several may run at once.

    A handler that ends its whole process (out of memory, a fault in a library) leaves no failure behind and
    would be met again first thing. So the first events after each start are counted as tried beforehand.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._database, self._service = runtime, runtime.database, runtime.service
        self._careful = CAREFUL_EVENTS

    def is_due(self) -> bool:
        """Return whether there is an event to handle now; takes no lock."""
        with self._database.reading() as session:
            return session.execute(_DUE, {"now": clock.now()}).first() is not None

    def run_once(self) -> bool:
        """Handle the next event that is due; return false where there is none.

        Raises only where the database fails: what goes wrong in a handler is noted on the event.
        """
        if not self._careful:
            return self._handle(_CLAIM, {"now": clock.now()})
        row = self._mark_tried()
        if not row:
            return False
        self._careful -= 1
        if row.attempts >= MAX_ATTEMPTS:
            self._fail(row, row.attempts, Hopeless(row.last_error or ENDED))
            return True
        self._handle(_CLAIM_ONE, {"id": row.event_id}, tried=True)
        return True

    def _mark_tried(self) -> Row[Any] | None:
        with self._database.unit_of_work() as session:
            row = session.execute(_CLAIM, {"now": clock.now()}).first()
            if row:
                tries = row.attempts + 1
                values = {"attempts": tries, "next_attempt_at": clock.now() + delay(tries), "last_error": ENDED}
                session.execute(update(INBOX).where(INBOX.c.event_id == row.event_id).values(**values))
            return cast(Row[Any] | None, row)

    def _handle(self, query: Select[Any], which: Mapping[str, Any], *, tried: bool = False) -> bool:
        row = None
        try:
            with self._database.unit_of_work() as session:
                # The connection itself: the session's way to it takes as long as the statement.
                row = session.connection().execute(query, which).first()
                if not row:
                    return False
                tries = row.attempts if tried else row.attempts + 1
                self._run_handler(session, row)
                session.connection().execute(_MARK_HANDLED, {"id": row.event_id, "now": clock.now(), "tries": tries})
        except Exception as error:
            if row is None or (isinstance(error, DBAPIError) and error.connection_invalidated):
                raise  # the database is away; that is not the event's fault
            self._fail(row, row.attempts if tried else row.attempts + 1, error)
        else:
            observability.EVENTS_HANDLED.labels(self._service.name, row.type, "handled").inc()
        return True

    def _run_handler(self, session: Session, row: Row[Any]) -> None:
        try:
            event = Event.from_bytes(row.envelope)
        except MalformedEvent as error:
            raise Hopeless(str(error)) from None
        handler, schema = self._service.handlers.get(event.type), self._service.contracts.SCHEMAS.get(event.type)
        if not handler or not schema:
            raise Hopeless(f"{self._service.name} knows no {event.type}")
        try:
            loaded = event.with_data(schema.load(dict(event.data)))
        except ValidationError as error:
            raise Hopeless(f"breaks its contract: {error.messages}") from None
        with handling(event):
            handler(session, loaded, self._runtime)

    def _fail(self, row: Row[Any], tries: int, error: Exception) -> None:
        now = clock.now()
        dead = isinstance(error, Hopeless) or tries >= MAX_ATTEMPTS
        reason = str(error) if isinstance(error, Hopeless) else f"{type(error).__name__}: {error}"
        values = {"attempts": tries, "last_error": _printable(reason), "next_attempt_at": now + delay(tries)}
        if dead:
            values["dead_at"] = now
        with self._database.unit_of_work() as session:
            session.execute(update(INBOX).where(INBOX.c.event_id == row.event_id, *_OPEN).values(**values))
        outcome = "dead" if dead else "failed"
        observability.EVENTS_HANDLED.labels(self._service.name, row.type, outcome).inc()
        report = log.error if dead else log.warning
        report(f"event {outcome}", event_id=str(row.event_id), type=row.type, attempts=tries, exc_info=error)


def replay(session: Session, event_id: UUID) -> bool:
    """Let a dead event be handled again, with all its attempts; return false where no such event is dead."""
    revived = session.execute(
        update(INBOX)
        .where(INBOX.c.event_id == event_id, INBOX.c.dead_at.is_not(None))
        .values(dead_at=None, attempts=0, next_attempt_at=clock.now())
        .returning(INBOX.c.event_id)
    ).first()
    wake.on_commit(session, CHANNEL)
    return revived is not None


def listed(session: Session, *, dead: bool, after: UUID | None = None, limit: int = 50) -> Sequence[Row[Any]]:
    """Return events that wait to be handled, or the dead ones, after the event `after`."""
    query = select(*(column for column in INBOX.c if column.name != "envelope"))
    query = query.where(INBOX.c.dead_at.is_not(None)) if dead else query.where(*_OPEN)
    if after:
        query = query.where(INBOX.c.event_id > after)
    return session.execute(query.order_by(INBOX.c.event_id).limit(limit)).all()


def exists(session: Session, event_id: UUID) -> bool:
    """Return whether the event was ever received (and is not pruned)."""
    return session.execute(select(INBOX.c.event_id).where(INBOX.c.event_id == event_id)).first() is not None


def prune(database: Database, days: float) -> int:
    """Delete events handled more than `days` ago, in small transactions; return how many.

    Their ids are forgotten: `days` has to be far longer than any bus can hold an event back.
    """
    before = clock.now() - timedelta(days=days)
    # Ids tell when they were made: by them the old ones are found without reading the table.
    made = INBOX.c.event_id < id_at(before)
    old = select(INBOX.c.event_id).where(made, INBOX.c.handled_at < before).limit(PRUNE_BATCH)
    total = 0
    while True:
        with database.unit_of_work() as session:
            gone = session.execute(delete(INBOX).where(INBOX.c.event_id.in_(old)).returning(INBOX.c.event_id)).all()
        total += len(gone)
        if len(gone) < PRUNE_BATCH:
            return total


def measure(session: Session, service: str) -> None:
    """Set the figures of the inbox: how many events wait, and how many are dead."""
    waiting = session.execute(select(func.count()).select_from(INBOX).where(*_OPEN)).scalar_one()
    dead = session.execute(select(func.count()).select_from(INBOX).where(INBOX.c.dead_at.is_not(None))).scalar_one()
    observability.INBOX_DUE.labels(service).set(waiting)
    observability.INBOX_DEAD.labels(service).set(dead)

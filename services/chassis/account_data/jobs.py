"""The jobs themselves: taken up once, leased to one worker at a time, tried again, and answered for at last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, observability, wake
from services.chassis.account_data.tables import JOBS
from services.chassis.database import Database, insert_into

CHANNEL = "account_data"
EXPORT, ERASE = "export", "erase"
LEASE = timedelta(seconds=60)
BEAT_SECONDS = 15.0
MAX_ATTEMPTS = 8
log = observability.logger(__name__)


@dataclass(frozen=True)
class Job:
    """What is to be done, the `attempt`-th time. `result` is what an earlier attempt came to already."""

    id: UUID
    kind: str
    subject_id: UUID
    account_id: UUID
    round: int
    data: Mapping[str, Any]
    attempt: int
    result: Mapping[str, Any] | None


def take_up(
    session: Session, kind: str, subject_id: UUID, account_id: UUID, round: int, data: Mapping[str, Any]
) -> None:
    """Note that something is to be done; what was noted before, by the same event come twice, stays as it is."""
    now = clock.now()
    row = {
        "id": uuid5(subject_id, f"{kind} {round}"),
        "kind": kind,
        "subject_id": subject_id,
        "account_id": account_id,
        "round": round,
        "data": dict(data),
        "status": "waiting",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }
    session.execute(insert_into(session, JOBS).values(**row).on_conflict_do_nothing(index_elements=["id"]))
    wake.on_commit(session, CHANNEL)


def claim(database: Database) -> Job | None:
    """Return the next job that is due, leased to the caller; None where nothing is due."""
    now = clock.now()
    free = or_(JOBS.c.leased_until.is_(None), JOBS.c.leased_until < now)
    due = (JOBS.c.status == "waiting", JOBS.c.next_attempt_at <= now, free)
    with database.reading() as session:
        found = session.scalars(select(JOBS.c.id).where(*due).order_by(JOBS.c.next_attempt_at).limit(1)).first()
    if found is None:
        return None
    with database.unit_of_work() as session:
        mine = update(JOBS).where(JOBS.c.id == found, *due)
        leased = mine.values(leased_until=now + LEASE, attempts=JOBS.c.attempts + 1).returning(JOBS)
        row: Row[Any] | None = session.execute(leased).first()
    if row is None:
        return None
    return Job(row.id, row.kind, row.subject_id, row.account_id, row.round, row.data, row.attempts, row.result)


def heart(database: Database, job: Job) -> Callable[[], None]:
    """Return what keeps the lease of a job that takes long, when it is called now and then."""
    beaten = [monotonic()]

    def beat() -> None:
        if monotonic() - beaten[0] > BEAT_SECONDS:
            beaten[0] = monotonic()
            with database.unit_of_work() as session:
                session.execute(_mine(job).values(leased_until=clock.now() + LEASE))

    return beat


def keep_result(session: Session, job: Job, result: Mapping[str, Any]) -> None:
    """Keep what a job came to, in the transaction that did it."""
    session.execute(_mine(job).values(result=dict(result)))


def finish(session: Session, job: Job, *, blob_key: str | None = None) -> bool:
    """Note that a job is done; false where another worker took it over meanwhile."""
    done = {"status": "done", "finished_at": clock.now(), "leased_until": None, "last_error": None, "data": {}}
    return session.execute(_mine(job).values(blob_key=blob_key, **done).returning(JOBS.c.id)).first() is not None


def put_off(session: Session, job: Job, error: Exception) -> bool:
    """Note that an attempt failed; return whether it was the last one."""
    log.warning("account_job_failed", id=str(job.id), kind=job.kind, attempt=job.attempt, exc_info=error)
    over = job.attempt >= MAX_ATTEMPTS
    values: dict[str, Any] = {"leased_until": None, "last_error": type(error).__name__}
    values |= {"status": "failed", "finished_at": clock.now(), "data": {}} if over else {}
    values["next_attempt_at"] = clock.now() + timedelta(seconds=min(5 * 4 ** (job.attempt - 1), 1200))
    return session.execute(_mine(job).values(**values).returning(JOBS.c.id)).first() is not None and over


def _mine(job: Job) -> Any:
    return update(JOBS).where(JOBS.c.id == job.id, JOBS.c.status == "waiting", JOBS.c.attempts == job.attempt)

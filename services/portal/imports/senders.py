"""The worker's part of an import: some lines at a time, each batch in one transaction with how far it came.

Whoever ends in between leaves a whole number of batches; the next worker goes on at the first byte after them.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from time import monotonic
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.auth import Caller
from services.chassis.runtime import Runtime
from services.chassis.service import Sender, Timer
from services.portal.copies.models import IdentityUser
from services.portal.directory.names import fold
from services.portal.imports import actions, queries
from services.portal.imports.carrying import carry
from services.portal.imports.lines import Line, Plan
from services.portal.imports.models import RUNNING, ClientImport, ClientImportFault
from services.portal.imports.reading import Record, records
from services.portal.imports.trying import attempt

BATCH = {"checking": 200, "importing": 200}
SLICE_SECONDS = 2.0
"""How long a worker stays with an import before it looks whether it is to end."""
LEASE = timedelta(seconds=60)
log = observability.logger(__name__)


def run(runtime: Runtime) -> bool:
    """Do a slice of an import that waits; return whether there was one."""
    job_id = _claim(runtime)
    if job_id is None:
        return False
    until = monotonic() + SLICE_SECONDS
    try:
        while monotonic() < until and _step(runtime, job_id):
            pass
    except Exception as error:
        log.error("import_failed", id=str(job_id), error_type=type(error).__name__, error=str(error))
        _end(runtime, job_id, "failed")
        raise
    _release(runtime, job_id)
    return True


def _claim(runtime: Runtime) -> UUID | None:
    now = clock.now()
    free = or_(ClientImport.leased_until.is_(None), ClientImport.leased_until < now)
    with runtime.database.reading() as session:
        waiting = select(ClientImport.id).where(ClientImport.status.in_(RUNNING), free).order_by(ClientImport.id)
        job_id = session.scalars(waiting.limit(1)).first()
    if job_id is None:
        return None
    with runtime.database.unit_of_work() as session:
        mine = update(ClientImport).where(ClientImport.id == job_id, ClientImport.status.in_(RUNNING), free)
        return session.scalar(mine.values(leased_until=now + LEASE).returning(ClientImport.id))


def _step(runtime: Runtime, job_id: UUID) -> bool:
    """Do one batch; return whether more follow."""
    with runtime.database.unit_of_work() as session:
        job = session.get(ClientImport, job_id, with_for_update=True)
        if job is None or job.status not in RUNNING:
            return False
        batch = list(islice(_records(session, job), BATCH[job.status]))
        if not batch:
            actions.finish(session, job, "checked" if job.status == "checking" else "done")
            return False
        plan = _plan(session, job)
        lines = [plan.read(record) for record in batch if not record.is_blank]
        outcome = attempt(session, job, lines) if job.status == "checking" else carry(session, _by(job), job, lines)
        job.counts = {name: job.counts[name] + count for name, count in outcome.items()}
        job.position, job.line = batch[-1].position, batch[-1].next_line
        job.leased_until = clock.now() + LEASE
        _keep_faults(session, job, lines)
    return True


def _records(session: Session, job: ClientImport) -> Iterator[Record]:
    """Yield what follows; the first line that says something is the head."""
    pieces = queries.pieces(session, job.id, job.position)
    found = records(pieces, job.separator, position=job.position, line=job.line or 1)
    if job.position == 0:
        next((record for record in found if not record.is_blank), None)
    return found


def _plan(session: Session, job: ClientImport) -> Plan:
    advisers: dict[str, UUID] = {}
    if "adviser" in job.mapping:
        staff = select(IdentityUser.id, IdentityUser.name, IdentityUser.email).where(IdentityUser.kind == "staff")
        for id, name, email in session.execute(staff):
            advisers |= {fold(name): id, fold(email): id}
    return Plan(job.mapping, job.options["key"], advisers)


def _keep_faults(session: Session, job: ClientImport, lines: list[Line]) -> None:
    for line in lines:
        for number, (name, reason) in enumerate(line.faults):
            key = "contact.email" if name == "email" and name not in job.mapping else name
            column = job.header[job.mapping.index(key)] if key in job.mapping else ""
            session.add(
                ClientImportFault(
                    import_id=job.id, line=line.number, number=number, column=column[:200], reason=reason[:300]
                )
            )


def _by(job: ClientImport) -> Caller:
    return Caller(kind=job.by["kind"], id=UUID(job.by["id"]), name=job.by["name"])


def _end(runtime: Runtime, job_id: UUID, status: str) -> None:
    with runtime.database.unit_of_work() as session:
        job = session.get(ClientImport, job_id, with_for_update=True)
        if job is not None and job.status in RUNNING:
            actions.finish(session, job, status)


def _release(runtime: Runtime, job_id: UUID) -> None:
    with runtime.database.unit_of_work() as session:
        session.execute(update(ClientImport).where(ClientImport.id == job_id).values(leased_until=None))


def forget(runtime: Runtime) -> None:
    """Remove files that nobody imported, and old reports."""
    with runtime.database.unit_of_work() as session:
        actions.forget_old(session)


SENDERS = (Sender(actions.CHANNEL, run),)
TIMERS = (Timer("forget_imports", 3600, forget),)

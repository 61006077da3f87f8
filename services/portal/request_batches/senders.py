"""The worker's part: some clients at a time, each batch of them in one transaction with what became of them.

Whoever ends in between leaves whole transactions; the next worker goes on with those who wait.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from services.chassis import clock
from services.chassis.runtime import Runtime
from services.chassis.service import Sender
from services.portal.request_batches.actions import CHANNEL, carry_out
from services.portal.request_batches.models import RequestBatch

AT_ONCE = 50
LEASE = timedelta(seconds=60)


def run(runtime: Runtime) -> bool:
    """Send to the next clients of a batch that waits; return whether there was one."""
    batch_id = _claim(runtime)
    if batch_id is None:
        return False
    with runtime.database.unit_of_work() as session:
        batch = session.get(RequestBatch, batch_id, with_for_update=True)
        if batch is not None and batch.status == "sending":
            carry_out(session, batch, AT_ONCE)
            batch.leased_until = None
    return True


def _claim(runtime: Runtime) -> UUID | None:
    now = clock.now()
    free = or_(RequestBatch.leased_until.is_(None), RequestBatch.leased_until < now)
    with runtime.database.reading() as session:
        waiting = select(RequestBatch.id).where(RequestBatch.status == "sending", free).order_by(RequestBatch.id)
        batch_id = session.scalars(waiting.limit(1)).first()
    if batch_id is None:
        return None
    with runtime.database.unit_of_work() as session:
        mine = update(RequestBatch).where(RequestBatch.id == batch_id, RequestBatch.status == "sending", free)
        return session.scalar(mine.values(leased_until=now + LEASE).returning(RequestBatch.id))


SENDERS = (Sender(CHANNEL, run),)

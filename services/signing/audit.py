"""The audit chain of a sign request: each step carries the hash of the one before, so that none can be altered,

taken out or moved without a trace. The last hash stands in the certificate inside the sealed file, which anchors
the chain outside the database.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.signing.models import AuditEvent

START = "0" * 64


def append(
    session: Session,
    sign_request_id: UUID,
    action: str,
    actor: dict[str, Any],
    *,
    at: datetime | None = None,
    **details: Any,
) -> AuditEvent:
    """Add a step to the chain of a sign request and return it. The caller holds the lock on the request's row."""
    last = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.sign_request_id == sign_request_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).one_or_none()
    step = AuditEvent(
        sign_request_id=sign_request_id,
        sequence=last.sequence + 1 if last else 1,
        at=at or clock.now(),
        action=action,
        actor=orjson.loads(orjson.dumps(actor)),
        details=orjson.loads(orjson.dumps(details)),
        previous_hash=last.hash if last else START,
    )
    step.hash = hash_of(step)
    session.add(step)
    session.flush()
    return step


def hash_of(step: AuditEvent) -> str:
    """Return SHA-256 over the previous hash and the step as JSON with sorted keys."""
    body = {
        "sign_request_id": str(step.sign_request_id),
        "sequence": step.sequence,
        "at": step.at.isoformat(timespec="microseconds"),
        "action": step.action,
        "actor": step.actor,
        "details": step.details,
    }
    return hashlib.sha256(step.previous_hash.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def load(session: Session, sign_request_id: UUID) -> Sequence[AuditEvent]:
    """Return the steps of a sign request in order."""
    statement = select(AuditEvent).where(AuditEvent.sign_request_id == sign_request_id).order_by(AuditEvent.sequence)
    return session.scalars(statement).all()


def verify_chain(steps: Sequence[AuditEvent], head: str | None = None) -> int | None:
    """Return the sequence number of the first step that does not hold, None for a whole chain.

    With `head` (the hash in a certificate) that hash must be one of the chain: steps cut off at the end are
    noticed too; the number is then the one after the last.
    """
    previous = START
    for expected, step in enumerate(steps, 1):
        if step.sequence != expected or step.previous_hash != previous or step.hash != hash_of(step):
            return expected
        previous = step.hash
    if head is not None and head not in {step.hash for step in steps}:
        return len(steps) + 1
    return None

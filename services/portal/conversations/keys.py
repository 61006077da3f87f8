"""`Idempotency-Key`: a call that comes twice takes effect once (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.database import insert_into
from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.portal.conversations.models import ConversationKey

KEPT = timedelta(days=7)


def taken(session: Session, caller: Caller, key: str | None, conversation_id: UUID, wanted: Any) -> UUID | None:
    """Take the key for what is `wanted`, or return the conversation that it led to before; raise 422 for a reuse.

    Two calls at once: the second waits in its INSERT until the first has committed, and then finds its row.
    """
    if key is None:
        return None
    digest = hashlib.sha256(repr(wanted).encode("utf-8", "surrogatepass")).hexdigest()
    values = {"user_id": caller.id, "key": key, "digest": digest, "conversation_id": conversation_id}
    inserting = insert_into(session, ConversationKey).values(values | {"used_at": clock.now()})
    new = session.execute(inserting.on_conflict_do_nothing().returning(ConversationKey.key)).first()
    if new is not None:
        return None
    earlier: ConversationKey = session.get_one(ConversationKey, (caller.id, key))
    if earlier.digest != digest:
        raise Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another message")
    return earlier.conversation_id


def forget(runtime: Runtime) -> None:
    """Remove the keys that nobody will send again."""
    with runtime.database.unit_of_work() as session:
        session.execute(delete(ConversationKey).where(ConversationKey.used_at < clock.now() - KEPT))


TIMERS = (Timer("forget_conversation_keys", 3600, forget),)

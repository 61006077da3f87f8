"""What the staff does with its work list: deals with things, gives them away, puts them off."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import insert_into
from services.portal.cases import changes as cases
from services.portal.cases.actions import locked_case
from services.portal.conversations import actions as conversations
from services.portal.conversations import staff
from services.portal.conversations.models import ConversationMention
from services.portal.copies.models import Document, SignRequest
from services.portal.directory.assigned import is_visible
from services.portal.work import sources
from services.portal.work.models import DECIDED_ELSEWHERE, PERSONAL, WorkAssignment, WorkSeen, WorkSnooze
from services.portal.work.queries import there

_SUBJECTS = {"document_uploaded": Document, "request_signed": SignRequest}
LONGEST_SNOOZE = timedelta(days=366)
Entry = Mapping[str, Any]


def mark_seen(session: Session, caller: Caller, *, kind: str, id: UUID) -> None:
    """Take an uploaded document or a signed request from the work list; raise 404 for an unknown one."""
    subject = _SUBJECTS[kind]
    found = select(subject.id).where(subject.id == id, is_visible(caller, subject.account_id))
    if session.scalar(found) is None:
        raise problems.not_found("This entry")
    _deal_with(session, caller, kind, id)


def act(
    session: Session,
    caller: Caller,
    *,
    items: Sequence[Entry],
    act: str,
    assignee_id: UUID | None = None,
    until: datetime | None = None,
) -> int:
    """Deal with things on the list, give them to somebody (or to nobody), or put them off; return how many.

    What waits no more is passed over. Raises 404 where none of it waits, 422 for what this cannot be done with.
    """
    found = _there(session, caller, items)
    if not found:
        raise problems.not_found("This entry")
    if act == "done":
        _done(session, caller, found)
    elif act == "assign":
        _assign(session, caller, found, assignee_id)
    else:
        _snooze(session, caller, found, until)
    return len(found)


def _there(session: Session, caller: Caller, items: Sequence[Entry]) -> list[Any]:
    wanted: dict[str, list[UUID]] = defaultdict(list)
    for item in items:
        wanted[item["kind"]].append(item["id"])
    waiting = sources.waiting(caller, wanted)
    chosen = or_(*(and_(waiting.c.kind == kind, waiting.c.id.in_(ids)) for kind, ids in wanted.items()))
    return list(session.execute(there(caller, waiting).where(chosen).order_by(waiting.c.kind, waiting.c.id)))


def _done(session: Session, caller: Caller, found: Sequence[Any]) -> None:
    if any(row.kind in DECIDED_ELSEWHERE for row in found):
        raise problems.invalid({"items": ["This is dealt with on its own page."]})
    for row in found:
        if row.kind in PERSONAL:
            called = and_(ConversationMention.conversation_id == row.id, ConversationMention.user_id == caller.id)
            session.execute(update(ConversationMention).where(called).values(done_at=clock.now()))
        else:
            _deal_with(session, caller, row.kind, row.id)


def _deal_with(session: Session, caller: Caller, kind: str, id: UUID) -> None:
    values = {"kind": kind, "subject_id": id, "by": caller.id, "at": clock.now()}
    _upsert(session, WorkSeen, ("kind", "subject_id"), values)


def _assign(session: Session, caller: Caller, found: Sequence[Any], user_id: UUID | None) -> None:
    if any(row.kind in PERSONAL for row in found):
        raise problems.invalid({"items": ["Nobody else can take this."]})
    if user_id:
        staff.one(session, user_id)
    for row in found:
        if row.kind == "conversation_waiting":
            conversations.assign(session, caller, row.id, user_id=user_id)
        elif row.kind == "case_waiting":
            cases.assign(session, caller, locked_case(session, caller, row.id), user_id)
        else:
            _give(session, caller, row, user_id)


def _give(session: Session, caller: Caller, row: Any, user_id: UUID | None) -> None:
    if user_id is None:
        same = and_(WorkAssignment.kind == row.kind, WorkAssignment.subject_id == row.id)
        session.execute(delete(WorkAssignment).where(same))
        return
    values = {"kind": row.kind, "subject_id": row.id, "account_id": row.account_id, "user_id": user_id}
    values |= {"by": caller.person, "at": clock.now()}
    _upsert(session, WorkAssignment, ("kind", "subject_id"), values)


def _snooze(session: Session, caller: Caller, found: Sequence[Any], until: datetime | None) -> None:
    """Put off until then; without a moment, take back that it was put off."""
    now = clock.now()
    if until and not now < until <= now + LONGEST_SNOOZE:
        raise problems.invalid({"until": ["Choose a moment within the next year."]})
    for row in found:
        if until is None:
            same = and_(WorkSnooze.kind == row.kind, WorkSnooze.subject_id == row.id, WorkSnooze.user_id == caller.id)
            session.execute(delete(WorkSnooze).where(same))
            continue
        values = {"kind": row.kind, "subject_id": row.id, "user_id": caller.id, "account_id": row.account_id}
        _upsert(session, WorkSnooze, ("kind", "subject_id", "user_id"), values | {"until": until, "at": now})


def _upsert(session: Session, model: Any, key: Sequence[str], values: dict[str, Any]) -> None:
    # One statement, so that two who do it at once both succeed.
    insert = insert_into(session, model).values(values)
    fresh = {name: insert.excluded[name] for name in values if name not in key}
    session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=fresh))

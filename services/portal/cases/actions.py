"""What happens to cases: opened, answered, moved, reopened."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import insert_into, new_id
from services.portal.cases import progress
from services.portal.cases.changes import assign, require_assignee, require_type
from services.portal.cases.models import Case, CaseComment, CaseDocument, CaseNumber, CaseRead
from services.portal.cases.search import searched_title
from services.portal.cases.shown import BLOCK, require_open_to, unseen_by
from services.portal.cases.targets import case_settings, working_clock
from services.portal.cases.telling import COMMENTED, OPENED, STATUS_CHANGED, changed, noted, tell
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.names import fold
from services.portal.field_editor.values import checked, keep_values


def open_case(
    session: Session,
    caller: Caller,
    *,
    title: str,
    account_id: UUID | None = None,
    document_ids: Sequence[UUID] = (),
    custom: Mapping[str, Any] | None = None,
    key: str | None = None,
    **given: Any,
) -> Case:
    """Open a case and return it: a client its own, staff one for a client. The same `key` again gives the same case.

    `given` are built-in fields. Raises 422 for an unknown client, a field that `caller` does not see, or a value that
    cannot stand in one.
    """
    account = _account(session, caller, account_id)
    once = _once(caller, key)
    earlier: Case | None = session.scalar(select(Case).where(Case.once == once)) if once else None
    if earlier:
        return earlier
    filled = {name: value for name, value in given.items() if value not in (None, "")}
    require_open_to(session, caller, filled, custom or {}, changing=False)
    settings = case_settings(session)
    require_type(settings, filled.get("case_type"))
    require_assignee(session, filled.get("assignee_id"))
    values = checked(session, BLOCK, custom, account_id=account.id, unseen=unseen_by(session, caller))
    case = _add(session, caller, account, title, filled, once)
    keep_values(session, BLOCK, case.id, values)
    progress.set_targets(case, settings.targets, working_clock(session, settings), answers=not caller.is_staff)
    _cite(session, case, None, document_ids)
    tell(session, OPENED, case, by=caller.person)
    noted(session, "case.opened", case, caller)
    _read(session, caller, case)
    if filled.get("assignee_id"):
        case.assignee_id = None
        assign(session, caller, case, filled["assignee_id"])
    return case


def comment(
    session: Session,
    caller: Caller,
    case_id: UUID,
    *,
    message: str = "",
    document_ids: Sequence[UUID] = (),
    internal: bool = False,
    status: str | None = None,
    key: str | None = None,
) -> Case:
    """Add to the thread of a case and return the case; the same `key` again adds nothing more.

    A client's answer takes a case that waited for it back to work; staff may say what `status` it has then. An
    `internal` note is told to nobody. Raises 404, 409 for a closed case, 422 for nothing said or a note by a client.
    """
    case = locked_case(session, caller, case_id)
    _require_content(caller, message, document_ids, internal, status)
    once = _once(caller, key)
    if once and session.scalar(select(CaseComment.id).where(CaseComment.once == once)):
        return case
    _read(session, caller, case)
    if internal:
        _add_comment(session, case, caller, message, document_ids, once, internal=True)
        noted(session, "case.noted", case, caller)
    else:
        if case.status == "closed":
            raise problems.conflict("illegal_transition", "This case is closed.")
        _say(session, case, caller, message, document_ids, once)
    if status and status != case.status:
        change_status(session, caller, case, status)
    return case


def change_status(session: Session, caller: Caller, case: Case, status: str) -> None:
    """Give a case another status; raise 409 where that may not follow."""
    working = working_clock(session)
    if status == "closed":
        progress.answer(case, working)
    before = progress.move(case, status, working)
    changed(session, case, caller, "status", before, status)
    tell(session, STATUS_CHANGED, case, by=caller.person, old_status=before)
    kind = "closed" if status == "closed" else "reopened" if before == "closed" else "moved"
    noted(session, f"case.{kind}", case, caller)


def move_case(session: Session, caller: Caller, case_id: UUID, status: str) -> Case:
    """Give a case another status and return it; raise 404, or 409 where that may not follow."""
    case = locked_case(session, caller, case_id)
    change_status(session, caller, case, status)
    return case


def reopen(session: Session, caller: Caller, case_id: UUID, *, message: str = "") -> Case:
    """Open a closed case again and return it, perhaps with a word why.

    A client may do so for as many days as the firm set. Raises 404, and 409 where it is not closed or closed too long.
    """
    case = locked_case(session, caller, case_id)
    if case.status != "closed":
        raise problems.conflict("illegal_transition", "Only a closed case can be opened again.")
    if not caller.is_staff and not may_reopen(case, case_settings(session).reopen_days):
        raise problems.conflict("closed_too_long", "This case was closed too long ago. Open a new one.")
    change_status(session, caller, case, _working_status(case))
    if message:
        comment(session, caller, case_id, message=message)
    return case


def may_reopen(case: Case, days: int) -> bool:
    """Return whether the client may still open a closed case again."""
    return case.closed_at is not None and clock.now() < case.closed_at + timedelta(days=days)


def mark_read(session: Session, caller: Caller, case_id: UUID) -> None:
    """Remember that the caller has read a case up to now; raise 404."""
    _read(session, caller, locked_case(session, caller, case_id))


def locked_case(session: Session, caller: Caller, case_id: UUID) -> Case:
    """Return a case to change, that nobody else changes meanwhile; raise 404 where it is not the caller's."""
    statement = select(Case).where(Case.id == case_id, is_visible(caller, Case.account_id))
    if not caller.is_staff:
        statement = statement.where(Case.account_id == caller.account_id)
    case: Case | None = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if case is None:
        raise problems.not_found("This case")
    return case


def _account(session: Session, caller: Caller, account_id: UUID | None) -> Account:
    # Locked, so that the same case sent twice at once is opened once.
    if not caller.is_staff and account_id is not None:
        raise problems.invalid({"account_id": ["Unknown field."]})
    wanted = account_id if caller.is_staff else caller.account_id
    known = select(Account).where(Account.id == wanted, is_visible(caller, Account.id))
    account: Account | None = session.scalar(known.with_for_update())
    if account is None or account.status != "active":
        raise problems.invalid({"account_id": ["Choose one of the active clients."]})
    return account


def _add(
    session: Session, caller: Caller, account: Account, title: str, filled: Mapping[str, Any], once: str | None
) -> Case:
    id, now = new_id(), clock.now()
    number = session.scalar(insert_into(session, CaseNumber).values(case_id=id).returning(CaseNumber.number))
    due_on: date | None = filled.get("due_on")
    case = Case(
        id=id,
        number=number,
        account_id=account.id,
        title=title,
        description=filled.get("description", ""),
        case_type=filled.get("case_type"),
        priority=filled.get("priority", "normal"),
        status="open",
        assignee_id=None,
        due_on=due_on,
        created_by=caller.person,
        created_at=now,
        updated_at=now,
        firm_wrote_at=now if caller.is_staff else None,
        client_wrote_at=None if caller.is_staff else now,
        paused_minutes=0,
        search_title=searched_title(number, title),
        search_description=fold(filled.get("description", "")),
        once=once,
        version=1,
    )
    session.add(case)
    session.flush()
    return case


def _say(
    session: Session, case: Case, caller: Caller, message: str, document_ids: Sequence[UUID], once: str | None
) -> None:
    entry = _add_comment(session, case, caller, message, document_ids, once, internal=False)
    if caller.is_staff:
        case.firm_wrote_at = clock.now()
        progress.answer(case, working_clock(session))
    else:
        case.client_wrote_at = clock.now()
    cited = list(dict.fromkeys(document_ids))
    tell(
        session,
        COMMENTED,
        case,
        by=caller.person,
        comment_id=entry.id,
        comment=message,
        comment_document_ids=cited,
    )
    noted(session, "case.commented", case, caller)
    if not caller.is_staff and case.status == "waiting_for_response":
        change_status(session, caller, case, _working_status(case))


def _working_status(case: Case) -> str:
    return "in_progress" if case.assignee_id else "open"


def _require_content(
    caller: Caller, message: str, document_ids: Sequence[UUID], internal: bool, status: str | None
) -> None:
    for name, value in (("internal", internal), ("status", status)):
        if value and not caller.is_staff:
            raise problems.invalid({name: ["Unknown field."]})
    if not message and not document_ids:
        raise problems.invalid({"message": ["Write something, or add a document."]})


def _add_comment(
    session: Session,
    case: Case,
    caller: Caller,
    message: str,
    document_ids: Sequence[UUID],
    once: str | None,
    *,
    internal: bool,
) -> CaseComment:
    entry = CaseComment(
        id=new_id(),
        case_id=case.id,
        by=caller.person,
        message=message,
        internal=internal,
        at=clock.now(),
        search_text=fold(message),
        once=once,
    )
    session.add(entry)
    session.flush()
    _cite(session, case, entry, document_ids)
    return entry


def _cite(session: Session, case: Case, entry: CaseComment | None, document_ids: Sequence[UUID]) -> None:
    for position, document_id in enumerate(dict.fromkeys(document_ids)):
        session.add(
            CaseDocument(
                id=new_id(),
                case_id=case.id,
                comment_id=entry and entry.id,
                document_id=document_id,
                position=position,
            )
        )
    session.flush()


def _read(session: Session, caller: Caller, case: Case) -> None:
    # The case is locked, so that no two calls of a person both insert the row.
    session.merge(CaseRead(case_id=case.id, user_id=caller.id, read_at=clock.now()))


def _once(caller: Caller, key: str | None) -> str | None:
    return f"{caller.id}:{key}" if key else None

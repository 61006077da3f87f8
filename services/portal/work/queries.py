"""What waits for the firm, by due time and person, a page at a time."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Subquery, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.columns import UtcDateTime
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.queries import advisers
from services.portal.paging import Rows
from services.portal.reviews.queries import are_on
from services.portal.settings.models import FirmSettings
from services.portal.settings.queries import firm_settings
from services.portal.work import sources
from services.portal.work.models import DECIDED_ELSEWHERE, KINDS, PERSONAL, WorkAssignment, WorkSeen, WorkSnooze
from services.portal.work.order import page

NO_DUE = date(9999, 12, 31)
LAST, FIRST = datetime(9999, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)


def work(
    session: Session, caller: Caller, *, kind: str | None, cursor: str | None, limit: int, **filters: Any
) -> dict[str, Any]:
    """Return a page of what waits for the firm, what is due first at the top; `counts` and `total` count all.

    What waits for a test client is listed and not counted (S14). What the caller put off stands in the list of
    `snoozed` things alone. Raises 422 for a cursor that is none.
    """
    firm = firm_settings(session)
    counts = _counts(session, caller, firm, filters)
    found = sources.waiting(caller, [kind] if kind else KINDS, reviews=are_on(session, firm))
    statement = _open(caller, firm, found, _joined(caller, found), **filters)
    rows, following = page(session, statement, _order(found), cursor, limit)
    staff = advisers(session, (row.who for row in rows))
    return {
        "items": [_told(row, staff) for row in rows],
        "next": following,
        "total": counts[kind] if kind else sum(counts.values()),
        "counts": counts,
    }


def count_work(session: Session, caller: Caller, firm: FirmSettings | None = None) -> dict[str, int]:
    """Return how much waits for the firm: in all (`work`) and of each kind, test clients left out (S14)."""
    counts = _counts(session, caller, firm or firm_settings(session), {})
    return {"work": sum(counts.values())} | counts


def there(caller: Caller, found: Subquery) -> Rows:
    """Return the query for all that waits, also what was put off, that `caller` may see."""
    return select(found).where(is_visible(caller, found.c.account_id))


def _counts(session: Session, caller: Caller, firm: FirmSettings, filters: dict[str, Any]) -> dict[str, int]:
    found = sources.waiting(caller, KINDS, reviews=are_on(session, firm))
    counting = _joined(caller, found).with_only_columns(found.c.kind, func.count())
    counting = _open(caller, firm, found, counting, **filters).where(~Account.is_test)
    known = {row[0]: row[1] for row in session.execute(counting.group_by(found.c.kind))}
    return {kind: known.get(kind, 0) for kind in KINDS}


def _joined(caller: Caller, found: Subquery) -> Rows:
    given = and_(WorkAssignment.kind == found.c.kind, WorkAssignment.subject_id == found.c.id)
    return (
        select(found, *_order(found), Account.name.label("account_name"), Account.is_test, _who(found).label("who"))
        .join(Account, Account.id == found.c.account_id)
        .outerjoin(WorkAssignment, given)
        .where(is_visible(caller, Account.id))
    )


def _who(found: Subquery) -> Any:
    """Return whose it is to do: whoever it was given, else the client's adviser."""
    return func.coalesce(found.c.assignee_id, WorkAssignment.user_id, Account.adviser_id)


def _open(
    caller: Caller,
    firm: FirmSettings,
    found: Subquery,
    statement: Rows,
    *,
    account_id: UUID | None = None,
    assignee_id: UUID | None = None,
    assigned: str | None = None,
    overdue: bool = False,
    snoozed: bool = False,
) -> Rows:
    put_off = _snoozed(caller, found)
    statement = statement.where(~_dealt_with(found), put_off if snoozed else ~put_off)
    if account_id:
        statement = statement.where(found.c.account_id == account_id)
    if assignee_id or assigned == "me":
        statement = statement.where(_who(found) == (assignee_id or caller.id))
    if assigned == "none":
        statement = statement.where(_who(found).is_(None))
    if overdue:
        today = clock.now().astimezone(ZoneInfo(firm.timezone)).date()
        by_day = and_(found.c.due_at.is_(None), found.c.due_on < today)
        statement = statement.where(or_(found.c.due_at <= clock.now(), by_day))
    return statement


def _dealt_with(found: Subquery) -> ColumnElement[bool]:
    same = and_(WorkSeen.kind == found.c.kind, WorkSeen.subject_id == found.c.id)
    return exists().where(same, WorkSeen.at >= found.c.at)


def _snoozed(caller: Caller, found: Subquery) -> ColumnElement[bool]:
    same = and_(WorkSnooze.kind == found.c.kind, WorkSnooze.subject_id == found.c.id, WorkSnooze.user_id == caller.id)
    return exists().where(same, WorkSnooze.until > clock.now(), WorkSnooze.at >= found.c.at)


def _order(found: Subquery) -> tuple[Any, ...]:
    """Return what the list is ordered by; together they are unique."""
    return (
        func.coalesce(found.c.due_on, literal(NO_DUE, Date)).label("by_day"),
        func.coalesce(found.c.due_at, literal(LAST, UtcDateTime)).label("by_moment"),
        func.coalesce(found.c.at, literal(FIRST, UtcDateTime)).label("by_age"),
        found.c.kind,
        found.c.id,
    )


def _told(row: Any, staff: dict[UUID, str]) -> dict[str, Any]:
    return dict(row._mapping) | {
        "assignee": {"id": row.who, "name": staff.get(row.who, "")} if row.who else None,
        "acts": _acts(row.kind),
    }


def _acts(kind: str) -> list[str]:
    acts = ["snooze"]
    if kind not in PERSONAL:
        acts.append("assign")
    if kind not in DECIDED_ELSEWHERE:
        acts.append("done")
    return acts

"""Lists of cases, with filters (S43, S44)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.columns import UtcDateTime
from services.portal.cases.models import OURS, Case
from services.portal.cases.queries import told, unread
from services.portal.cases.search import matching
from services.portal.cases.shown import UNKNOWN, fields_for, for_caller, unseen_by
from services.portal.cases.targets import case_settings
from services.portal.directory.assigned import is_visible
from services.portal.directory.queries import advisers, names
from services.portal.field_editor.filters import Filter
from services.portal.field_editor.filters import matching as by_field
from services.portal.field_editor.values import values_of
from services.portal.paging import Order, Rows, page
from services.portal.settings.queries import firm_settings

LAST = datetime(9999, 12, 31, tzinfo=UTC)
NOBODY = "none"


def cases(session: Session, caller: Caller, *, sort: str, cursor: str | None, limit: int, **wanted: Any) -> Any:
    """Return a page of cases: to staff those of all clients, to a client its own, of each what the caller sees.

    Raises 422 for a filter by a field that is not there for the caller.
    """
    unseen = unseen_by(session, caller)
    _require_seen(caller, unseen, wanted, sort)
    statement = _wanted(session, caller, select(Case, unread(caller).label("unread"), *_ordered()), **wanted)
    order, value = _order(sort)
    rows, following = page(session, statement, order, cursor, limit, value=value, key="key")
    return {"items": _rows(session, caller, rows, unseen), "next": following}


def count_open(session: Session, caller: Caller, account_id: UUID | None = None) -> dict[str, int]:
    """Return how many cases are not closed, and how many of these are overdue: of a client, or of all."""
    open_ones = _wanted(session, caller, select(func.count(Case.id)), account_id=account_id, state="open")
    late = open_ones.where(Case.next_due_at <= clock.now())
    return {"open": session.scalar(open_ones) or 0, "overdue": session.scalar(late) or 0}


def _require_seen(caller: Caller, unseen: frozenset[str], wanted: dict[str, Any], sort: str) -> None:
    fields = {"status": "status", "priority": "priority", "case_type": "case_type"}
    errors = {name: [UNKNOWN] for name, field in fields.items() if wanted.get(name) and field in unseen}
    if (wanted.get("opened_from") or wanted.get("opened_to")) and "opened_on" in unseen and not caller.is_staff:
        errors["opened_from"] = [UNKNOWN]
    if not caller.is_staff:
        staff_only = ("assignee", "overdue", "account_id", "field")
        errors |= {name: [UNKNOWN] for name in staff_only if wanted.get(name)}
        if sort == "due":
            errors["sort"] = [UNKNOWN]
    if errors:
        raise problems.invalid(errors)


def _wanted(
    session: Session,
    caller: Caller,
    statement: Rows,
    *,
    account_id: UUID | None = None,
    status: str | None = None,
    state: str = "all",
    priority: str | None = None,
    case_type: str | None = None,
    assignee: str | None = None,
    overdue: bool = False,
    opened_from: date | None = None,
    opened_to: date | None = None,
    q: str = "",
    field: Sequence[str] = (),
) -> Rows:
    statement = statement.where(is_visible(caller, Case.account_id))
    if not caller.is_staff:
        statement = statement.where(Case.account_id == caller.account_id)
    elif account_id:
        statement = statement.where(Case.account_id == account_id)
    for column, value in ((Case.status, status), (Case.priority, priority), (Case.case_type, case_type)):
        if value:
            statement = statement.where(column == value)
    if state == "open":
        statement = statement.where(Case.status != "closed")
    if state == "ours":
        statement = statement.where(Case.status.in_(OURS))
    if assignee:
        mine = Case.assignee_id.is_(None) if assignee == NOBODY else Case.assignee_id == UUID(assignee)
        statement = statement.where(mine)
    if overdue:
        statement = statement.where(Case.next_due_at <= clock.now())
    if opened_from:
        statement = statement.where(Case.created_at >= _start_of(session, opened_from))
    if opened_to:
        statement = statement.where(Case.created_at < _start_of(session, opened_to + timedelta(days=1)))
    for told_of in field:
        name, operator, value = (*told_of.split(":", 2), "", "")[:3]
        own = Filter(name, operator or "filled", value or None)
        statement = statement.where(by_field(session, "case", own, Case.id))
    return statement.where(matching(session, caller, q)) if q.strip() else statement


def _start_of(session: Session, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(firm_settings(session).timezone)).astimezone(UTC)


def _ordered() -> tuple[Any, ...]:
    return (
        Case.id.label("key"),
        Case.created_at.label("created_at"),
        Case.updated_at.label("updated_at"),
        _due().label("due"),
    )


def _due() -> Any:
    return func.coalesce(Case.next_due_at, literal(LAST, UtcDateTime))


def _order(sort: str) -> tuple[Order, str]:
    columns = {"created_at": Case.created_at, "updated_at": Case.updated_at, "due": _due()}
    name = sort.lstrip("-")
    name = "created_at" if name == "number" else name  # numbers rise with time
    return Order(columns[name], Case.id, datetime.fromisoformat, descending=sort.startswith("-")), name


def _rows(session: Session, caller: Caller, rows: list[Any], unseen: frozenset[str]) -> list[dict[str, Any]]:
    found = [row.Case for row in rows]
    accounts = names(session, (case.account_id for case in found))
    staff = advisers(session, (case.assignee_id for case in found))
    kinds = {kind["value"]: kind["labels"] for kind in case_settings(session).types}
    own = {field.name for field in fields_for(session, caller) if field.is_custom}
    values = values_of(session, "case", [case.id for case in found])
    return [
        for_caller(
            told(case)
            | {
                "account_name": accounts.get(case.account_id, ""),
                "assignee": {"id": case.assignee_id, "name": staff.get(case.assignee_id, "")}
                if case.assignee_id
                else None,
                "case_type_labels": kinds.get(case.case_type or ""),
                "custom": {name: value for name, value in values[case.id].items() if name in own},
                "unread": bool(row.unread),
            },
            caller,
            unseen,
        )
        for case, row in zip(found, rows, strict=True)
    ]

"""Reads of recurring requests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.models import columns
from services.portal.paging import Order, page
from services.portal.request_batches.queries import batches
from services.portal.request_series.models import TRANSITIONS, RequestSeries, RequestSeriesAccount

SHOWN = 100
RUNS = 12
VERBS = {"paused": "pause", "active": "resume", "ended": "end"}
PLAIN: dict[str, Any] = {"description": "", "needs_file": False, "optional": False}


def all_series(session: Session, *, status: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of the series, the newest first; `running` are those that are not ended."""
    statement = select(RequestSeries.id, RequestSeries.created_at)
    if status == "running":
        statement = statement.where(RequestSeries.status != "ended")
    elif status:
        statement = statement.where(RequestSeries.status == status)
    order = Order(RequestSeries.created_at, RequestSeries.id, datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="created_at")
    ids = [row.id for row in rows]
    found = {row.id: row for row in session.scalars(select(RequestSeries).where(RequestSeries.id.in_(ids)))}
    of_each = select(RequestSeriesAccount.series_id, func.count()).where(RequestSeriesAccount.series_id.in_(ids))
    clients = {row[0]: row[1] for row in session.execute(of_each.group_by(RequestSeriesAccount.series_id))}
    return {"items": [_shown(found[id], clients.get(id, 0)) for id in ids], "next": following}


def series(session: Session, caller: Caller, series_id: UUID) -> dict[str, Any]:
    """Return a series with its clients, as far as `caller` may see them, and its latest runs; raise 404."""
    row = session.get(RequestSeries, series_id)
    if row is None:
        raise problems.not_found("This series")
    mine = select(RequestSeriesAccount.account_id).where(RequestSeriesAccount.series_id == series_id)
    count = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    known = select(Account).where(Account.id.in_(mine), is_visible(caller, Account.id))
    accounts = session.scalars(known.order_by(Account.sort_name, Account.id).limit(SHOWN))
    content = row.content
    return _shown(row, count) | {
        "message": content.get("message", ""),
        "items": [PLAIN | item for item in content.get("items") or ()],
        "due_days": content.get("due_days"),
        "reminders": content.get("reminders", True),
        "accounts": [{"id": account.id, "name": account.name, "status": account.status} for account in accounts],
        "runs": batches(session, series_id=series_id, cursor=None, limit=RUNS)["items"],
        "allowed": [VERBS[status] for status in VERBS if status in TRANSITIONS[row.status]],
    }


def _shown(row: RequestSeries, clients: int) -> dict[str, Any]:
    return columns(row) | {"title": row.content["title"], "clients": clients}

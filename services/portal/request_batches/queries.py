"""Reads of requests to many clients."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.directory.assigned import is_visible
from services.portal.directory.lists import Filters
from services.portal.directory.models import Account
from services.portal.directory.queries import names
from services.portal.models import columns
from services.portal.paging import Order, page
from services.portal.request_batches.models import RequestBatch, RequestBatchRow
from services.portal.request_batches.schemas import MOST_RECIPIENTS

NAMED = 5


def chosen(session: Session, caller: Caller, to: Mapping[str, Any]) -> list[UUID]:
    """Return the clients that are meant, by name; raise 404 for one that `caller` may not see, 422 for too many."""
    statement = select(Account.id).where(is_visible(caller, Account.id))
    if "account_ids" in to:
        wanted = set(to["account_ids"])
        statement = statement.where(Account.id.in_(wanted))
    else:
        filters = {name: value for name, value in to["filters"].items() if name != "sort"}
        statement = statement.where(*Filters(**filters).conditions(session))
    found = list(session.scalars(statement.order_by(Account.sort_name, Account.id).limit(MOST_RECIPIENTS + 1)))
    if "account_ids" in to and len(found) != len(wanted):
        raise problems.not_found("One of these clients")
    if len(found) > MOST_RECIPIENTS:
        raise problems.invalid({"account_ids": [f"At most {MOST_RECIPIENTS} clients at once."]})
    if not found:
        raise problems.invalid({"account_ids": ["Choose the clients."]})
    return found


def recipients(session: Session, caller: Caller, to: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many clients are meant, and the names of the first ones; raise as `chosen` does."""
    ids = chosen(session, caller, to)
    known = names(session, ids[:NAMED])
    return {"total": len(ids), "names": [known[id] for id in ids[:NAMED]]}


def batches(session: Session, *, series_id: UUID | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of the batches, the newest first: those of a series, or those that staff sent."""
    of_series = RequestBatch.series_id == series_id if series_id else RequestBatch.series_id.is_(None)
    statement = select(RequestBatch.id, RequestBatch.created_at).where(of_series)
    order = Order(RequestBatch.created_at, RequestBatch.id, datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="created_at")
    ids = [row.id for row in rows]
    found = {row.id: row for row in session.scalars(select(RequestBatch).where(RequestBatch.id.in_(ids)))}
    return {"items": [shown(found[id]) for id in ids], "next": following}


def batch(session: Session, batch_id: UUID) -> dict[str, Any]:
    """Return a batch; raise 404 for an unknown one."""
    return shown(_batch(session, batch_id))


def rows(
    session: Session, caller: Caller, batch_id: UUID, *, status: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """Return a page of a batch's clients, as far as `caller` may see them, by name; raise 404."""
    _batch(session, batch_id)
    statement = select(
        RequestBatchRow.account_id.label("id"),
        RequestBatchRow.account_id,
        Account.name.label("account_name"),
        Account.sort_name,
        RequestBatchRow.status,
        RequestBatchRow.reason,
        RequestBatchRow.request_id,
    ).join(Account, Account.id == RequestBatchRow.account_id)
    statement = statement.where(RequestBatchRow.batch_id == batch_id, is_visible(caller, RequestBatchRow.account_id))
    if status:
        statement = statement.where(RequestBatchRow.status == status)
    order = Order(Account.sort_name, RequestBatchRow.account_id)
    found, following = page(session, statement, order, cursor, limit, value="sort_name")
    return {"items": [dict(row._mapping) for row in found], "next": following}


def shown(row: RequestBatch) -> dict[str, Any]:
    """Return a batch as the API shows it."""
    percent = 100 if row.status == "done" else 100 * (row.sent + row.left_out) // max(row.total, 1)
    return columns(row) | {"title": row.content["title"], "percent": percent}


def _batch(session: Session, batch_id: UUID) -> RequestBatch:
    found = session.get(RequestBatch, batch_id)
    if found is None:
        raise problems.not_found("This request to many clients")
    return found

"""Sending one request to many clients: who gets it is fixed at once, the worker sends it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.chassis import clock, wake
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.directory.models import Account, Contact
from services.portal.request_batches.models import RequestBatch, RequestBatchRow
from services.portal.request_batches.queries import chosen
from services.portal.request_templates.queries import in_language
from services.portal.requests.actions import create_request
from services.portal.requests.records import once_of
from services.portal.settings.queries import firm_day

CHANNEL = "request_batches"


def send(
    session: Session, caller: Caller, *, to: Mapping[str, Any], content: Mapping[str, Any], key: str | None
) -> RequestBatch:
    """Have a request sent to many clients and return the batch; the same `key` again gives the same batch.

    Raises 404 for a client that `caller` may not see, 422 for none or too many.
    """
    once = once_of(caller, key) or f"{caller.id}:{new_id()}"
    earlier: RequestBatch | None = session.scalar(select(RequestBatch).where(RequestBatch.once == once))
    if earlier:
        return earlier
    ids = chosen(session, caller, to)
    return start(session, content=stored(content), account_ids=ids, by=caller.person, once=once)


def start(
    session: Session,
    *,
    content: Mapping[str, Any],
    account_ids: Sequence[UUID],
    by: Mapping[str, Any],
    once: str,
    series_id: UUID | None = None,
    period_on: date | None = None,
) -> RequestBatch:
    """Add a batch with a row for each client, wake the worker, and return it."""
    batch = RequestBatch(
        id=new_id(),
        status="sending",
        content=dict(content),
        total=len(account_ids),
        sent=0,
        left_out=0,
        series_id=series_id,
        period_on=period_on,
        once=once,
        by=dict(by),
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    session.add_all(RequestBatchRow(batch_id=batch.id, account_id=id, status="waiting") for id in account_ids)
    wake.on_commit(session, CHANNEL)
    return batch


def stored(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked as it is kept, in JSON."""
    due_on = content.get("due_on")
    return dict(content) | {"due_on": due_on.isoformat() if due_on else None}


def carry_out(session: Session, batch: RequestBatch, most: int) -> int:
    """Send the request to the next clients of a batch, which is locked; return how many rows are dealt with now.

    What is left out is said with the reason; with the last one the batch is done.
    """
    waiting = select(RequestBatchRow).where(RequestBatchRow.batch_id == batch.id, RequestBatchRow.status == "waiting")
    rows = session.scalars(waiting.order_by(RequestBatchRow.account_id).limit(most)).all()
    accounts = _accounts(session, [row.account_id for row in rows])
    for row in rows:
        account, answers = accounts[row.account_id]
        row.reason = "archived" if account.status != "active" else None if answers else "no_contact"
        row.status = "left_out" if row.reason else "sent"
        if row.reason:
            batch.left_out += 1
        else:
            batch.sent += 1
            row.request_id = _ask(session, batch, account)
    if len(rows) < most:
        batch.status, batch.finished_at = "done", clock.now()
    return len(rows)


def _accounts(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[Account, bool]]:
    answers = exists().where(Contact.account_id == Account.id, ~Contact.removed)
    # Locked in one order, so that two who change the same clients wait for each other.
    statement = select(Account, answers).where(Account.id.in_(ids)).order_by(Account.id).with_for_update(of=Account)
    return {account.id: (account, bool(known)) for account, known in session.execute(statement)}


def _ask(session: Session, batch: RequestBatch, account: Account) -> UUID:
    content = batch.content
    title, message = in_language(content, account.locale)
    caller = Caller(kind=batch.by["kind"], id=UUID(batch.by["id"]), name=batch.by["name"])
    request = create_request(
        session,
        caller,
        account_id=account.id,
        title=title,
        message=message,
        due_on=_due_on(session, batch),
        items=content.get("items") or (),
        reminders=content.get("reminders", True),
        once=f"batch:{batch.id}:{account.id}",
    )
    return request.id


def _due_on(session: Session, batch: RequestBatch) -> date | None:
    if batch.content.get("due_days") is not None:
        return (batch.period_on or firm_day(session)) + timedelta(days=batch.content["due_days"])
    return date.fromisoformat(batch.content["due_on"]) if batch.content.get("due_on") else None

"""The list of requests and sign requests in one: what a client finds under "Incoming requests" (S30, S34)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Subquery,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.contracts.client_roles import SIGNS, WORKS
from services.portal.copies.models import SignRecipient, SignRequest
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.queries import names
from services.portal.paging import Order, Rows, page
from services.portal.requests.models import Request, RequestItem, RequestRead

NO_DUE = date(9999, 12, 31)
TO_SIGN = ("notified", "viewed", "consented")
OVER = ("closed", "completed", "declined", "voided", "expired")


def requests(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID | None,
    adviser_id: UUID | None,
    kind: str | None,
    status: str | None,
    state: str,
    q: str,
    sort: str,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """Return a page of requests: to staff those of all clients, to a client its own with its sign requests.

    Without `kind`, staff gets requests alone and a client both kinds.
    """
    listed = merged(caller, kind or ("request" if caller.is_staff else "all"))
    statement = select(listed)
    if account_id:
        statement = statement.where(listed.c.account_id == account_id)
    if adviser_id:
        theirs = select(Account.id).where(Account.adviser_id == adviser_id)
        statement = statement.where(listed.c.account_id.in_(theirs))
    if status:
        statement = statement.where(listed.c.status == status)
    if state == "waiting":
        statement = statement.where(listed.c.waiting)
    if state == "open":
        statement = statement.where(listed.c.status.not_in(OVER))
    if state == "done":
        statement = statement.where(listed.c.status.in_(OVER))
    if q:
        statement = statement.where(listed.c.title.icontains(q, autoescape=True))
    rows, following = page(session, statement, _order(listed, sort), cursor, limit, value=_value(sort))
    accounts = names(session, (row.account_id for row in rows))
    return {
        "items": [dict(row._mapping) | {"account_name": accounts.get(row.account_id, "")} for row in rows],
        "next": following,
    }


def waiting(session: Session, caller: Caller) -> list[Any]:
    """Return what waits for a client, the soonest due first."""
    listed = merged(caller, "all")
    statement = select(listed).where(listed.c.waiting).order_by(listed.c.due, listed.c.created_at)
    return list(session.execute(statement.limit(100)))


def count_waiting(session: Session, caller: Caller) -> int:
    """Return how many requests and sign requests wait for a client."""
    listed = merged(caller, "all")
    return session.scalar(select(func.count()).select_from(listed).where(listed.c.waiting)) or 0


def merged(caller: Caller, kind: str) -> Subquery:
    """Return requests and sign requests as `caller` may see them, as one table."""
    parts = {"request": [_requests], "sign_request": [_sign_requests], "all": [_requests, _sign_requests]}[kind]
    selects = [part(caller) for part in parts]
    return (union_all(*selects) if len(selects) > 1 else selects[0]).subquery("listed")


def unread(caller: Caller) -> Any:
    """Return the condition that the other side wrote after the caller last read a request."""
    wrote = Request.client_wrote_at if caller.is_staff else Request.firm_wrote_at
    has_read = exists().where(
        RequestRead.request_id == Request.id, RequestRead.user_id == caller.id, RequestRead.read_at >= wrote
    )
    return and_(wrote.is_not(None), ~has_read)


def awaits_client() -> ColumnElement[bool]:
    """Return the condition that a request waits for the client, if only for a part that has to be sent."""
    missing = exists().where(RequestItem.request_id == Request.id, RequestItem.status == "open", ~RequestItem.optional)
    return or_(Request.status == "open", and_(Request.status == "replied", missing))


def _requests(caller: Caller) -> Rows:
    items = select(func.count()).where(RequestItem.request_id == Request.id)
    open_items = items.where(RequestItem.status == "open").scalar_subquery()
    awaits = Request.status == "replied" if caller.is_staff else awaits_client()
    statement = select(
        literal("request").label("kind"),
        Request.id,
        Request.account_id,
        Request.title,
        Request.status,
        Request.due_on,
        _due(Request.due_on),
        Request.created_by,
        Request.created_at,
        type_coerce(unread(caller), Boolean).label("unread"),
        type_coerce(awaits, Boolean).label("waiting"),
        items.scalar_subquery().label("items_total"),
        open_items.label("items_open"),
        cast(null(), Integer).label("pages"),
        cast(null(), Uuid).label("document_id"),
    )
    if caller.is_staff:
        return statement.where(is_visible(caller, Request.account_id))
    if caller.role not in WORKS:
        return statement.where(false())
    return statement.where(Request.account_id == caller.account_id)


def _sign_requests(caller: Caller) -> Rows:
    mine = and_(SignRecipient.sign_request_id == SignRequest.id, SignRecipient.contact_id == caller.contact_id)
    is_sent = SignRequest.status == "sent"
    not_opened = and_(is_sent, exists().where(mine, SignRecipient.status == "notified"))
    to_sign = and_(
        is_sent,
        exists().where(mine, SignRecipient.status.in_(TO_SIGN), SignRecipient.role.in_(("signer", "approver"))),
    )
    nothing = ~true()
    statement = select(
        literal("sign_request").label("kind"),
        SignRequest.id,
        SignRequest.account_id,
        SignRequest.title,
        SignRequest.status,
        SignRequest.due_on,
        _due(SignRequest.due_on),
        SignRequest.created_by,
        func.coalesce(SignRequest.sent_at, SignRequest.created_at).label("created_at"),
        type_coerce(nothing if caller.is_staff else not_opened, Boolean).label("unread"),
        type_coerce(nothing if caller.is_staff else to_sign, Boolean).label("waiting"),
        literal(0).label("items_total"),
        literal(0).label("items_open"),
        SignRequest.pages,
        SignRequest.document_id,
    )
    if caller.is_staff:
        return statement.where(is_visible(caller, SignRequest.account_id))
    if caller.role not in SIGNS:
        return statement.where(false())
    return statement.where(SignRequest.account_id == caller.account_id, *called_to_sign(caller))


def called_to_sign(caller: Caller) -> list[ColumnElement[bool]]:
    """Return the conditions that a client may know of a sign request: it was sent, and this person was called to it.

    In a given order of signing, one whose turn has not come knows nothing of it yet.
    """
    mine = and_(SignRecipient.sign_request_id == SignRequest.id, SignRecipient.contact_id == caller.contact_id)
    called = exists().where(mine, or_(SignRecipient.status != "waiting", SignRequest.status == "completed"))
    return [SignRequest.sent_at.is_not(None), called]


def _due(column: Any) -> Any:
    return func.coalesce(column, literal(NO_DUE, Date)).label("due")


def _order(listed: Subquery, sort: str) -> Order:
    if sort == "due_on":
        return Order(listed.c.due, listed.c.id, date.fromisoformat)
    return Order(listed.c.created_at, listed.c.id, datetime.fromisoformat, descending=sort.startswith("-"))


def _value(sort: str) -> str:
    return "due" if sort == "due_on" else "created_at"

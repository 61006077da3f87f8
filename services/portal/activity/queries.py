"""Reads of the activity history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.activity.models import Activity
from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.paging import Order, page
from services.portal.reviews.queries import are_on


def activity(session: Session, caller: Caller, account_id: UUID, *, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of an account's history, the latest first; raise 404 for one that `caller` may not see."""
    known = select(Account.id).where(Account.id == account_id, is_visible(caller, Account.id))
    if session.scalar(known) is None:
        raise problems.not_found("This client")
    people = select(IdentityUserContact.user_id).where(IdentityUserContact.account_id == account_id)
    statement = select(*Activity.__table__.columns).where(
        or_(
            Activity.account_id == account_id,
            and_(Activity.account_id.is_(None), Activity.user_id.in_(people)),
        )
    )
    if not are_on(session):
        statement = statement.where(Activity.kind.not_like("review.%"))  # no review anywhere (S25)
    order = Order(Activity.at, Activity.id, datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="at")
    names = _names(session, rows)
    return {"items": [_entry(row, names) for row in rows], "next": following}


def _names(session: Session, rows: Iterable[Any]) -> dict[str, str]:
    """Return the names of those of whom an event told the id alone."""
    nameless = {UUID(row.by["id"]) for row in rows if not row.by["name"]}
    statement = select(IdentityUser.id, IdentityUser.name).where(IdentityUser.id.in_(nameless))
    return {str(id): name for id, name in session.execute(statement)} if nameless else {}


def _entry(row: Any, names: dict[str, str]) -> dict[str, Any]:
    by = row.by if row.by["name"] else {**row.by, "name": names.get(row.by["id"], "")}
    subject = {"kind": row.subject_kind, "id": row.subject_id}
    return {"id": row.id, "kind": row.kind, "by": by, "at": row.at, "subject": subject, "title": row.title}

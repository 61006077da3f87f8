"""Setting when clients are reminded, and reminding them."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.portal.directory.models import Account
from services.portal.request_reminders.models import ReminderSettings
from services.portal.request_reminders.queries import reminder_settings
from services.portal.requests.models import Request, RequestItem
from services.portal.requests.records import count
from services.portal.requests.telling import REMINDED, tell

MOST_NAMED = 10


def save_reminders(session: Session, *, version: int, **values: Any) -> ReminderSettings:
    """Set when clients are reminded and return it; raise 409 where it has changed since `version`."""
    row = reminder_settings(session, locked=True)
    if row.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # somebody else saved the first settings
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        ) from None
    return row


def remind(session: Session, request: Request, due_on: date, today: date) -> None:
    """Have the client reminded of a request, which is locked, and remember that they were today."""
    request.reminded_on = today
    count(request)
    missing = select(RequestItem.title).where(RequestItem.request_id == request.id, RequestItem.status == "open")
    missing = missing.where(~RequestItem.optional).order_by(RequestItem.position).limit(MOST_NAMED)
    tell(
        session,
        REMINDED,
        request,
        days_late=(today - due_on).days,
        missing=list(session.scalars(missing)),
        is_test=bool(session.scalar(select(Account.is_test).where(Account.id == request.account_id))),
    )

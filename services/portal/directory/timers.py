"""What time makes happen in the directory: staff is told before somebody's access ends (S9)."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.portal.directory.models import Account, Contact
from services.portal.field_editor.queries import inactive
from services.portal.settings.queries import firm_settings

ACCESS_ENDING = "portal.contact.access_ending.v1"
NOTICES = (7, 30)
"""How many days before a support end date staff is told."""
BATCH = 200


def tell_ending(runtime: Runtime) -> None:
    """Tell of each access that ends within 30 days, and again within 7: once for each date, a changed one anew.

    The contacts are locked as they are claimed, so that of two workers one tells.
    """
    while True:
        with runtime.database.unit_of_work() as session:
            if "support_end" in inactive(session, "contact"):
                return
            today = clock.now().astimezone(ZoneInfo(firm_settings(session).timezone)).date()
            rows = session.execute(_ending(today)).all()
            for contact, account in rows:
                _tell(session, contact, account, (contact.support_end - today).days)
            if len(rows) < BATCH:
                return


def _ending(today: date) -> Any:
    near, far = (today + timedelta(days=days) for days in NOTICES)
    fresh = or_(Contact.ending_told_on.is_(None), Contact.ending_told_on != Contact.support_end)
    again = and_(Contact.support_end <= near, Contact.ending_told_days > NOTICES[0])
    return (
        select(Contact, Account)
        .join(Account, Account.id == Contact.account_id)
        .where(Contact.portal_user, ~Contact.removed, Account.status == "active")
        .where(Contact.support_end >= today, Contact.support_end <= far, or_(fresh, again))
        .order_by(Contact.id)
        .limit(BATCH)
        .with_for_update(of=Contact, skip_locked=True)
    )


def _tell(session: Session, contact: Contact, account: Account, days_left: int) -> None:
    contact.ending_told_on = contact.support_end
    contact.ending_told_days = next(days for days in NOTICES if days_left <= days)
    data = {
        "contact_id": contact.id,
        "account_id": account.id,
        "name": contact.name,
        "email": contact.email,
        "ends_on": contact.support_end,
        "days_left": days_left,
        "is_test": account.is_test,
    }
    outbox.record(session, ACCESS_ENDING, subject=contact.id, version=contact.version, data=data)


TIMERS = (Timer("tell_ending", 900, tell_ending),)

"""Support dates and their fields: what is switched off holds nobody out (S8, S9)."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.directory.models import Contact
from services.portal.directory.records import announce_contact


def announce_support_dates(session: Session, caller: Caller) -> None:
    """Tell everybody anew who has a support date, after its field was switched: the date now counts, or no more.

    The dates themselves are kept; a field that is activated again has them back.
    """
    dated = or_(Contact.support_start.is_not(None), Contact.support_end.is_not(None))
    statement = select(Contact).where(dated, ~Contact.removed).order_by(Contact.id)
    for contact in session.scalars(statement.with_for_update().execution_options(populate_existing=True)):
        contact.version += 1
        announce_contact(session, caller, contact)

"""The portal status of whole accounts, kept in a column so that a list of 100,000 can be filtered by it."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory.models import PORTAL_STATUSES, Account, Contact


def portal_status(portal_user: bool, user_status: str | None) -> str:
    """Return how far a contact's access to the portal is: what staff sees beside its name.

    Between the moment a contact becomes a portal user and identity's word of it, it counts as invited.
    """
    if portal_user:
        return user_status or "invited"
    return "suspended" if user_status in ("active", "suspended") else "not_invited"


def furthest(statuses: Collection[str]) -> str:
    """Return the status that stands for a whole account."""
    return next((status for status in PORTAL_STATUSES if status in statuses), "not_invited")


def refresh_portal_status(session: Session, account_ids: Collection[UUID]) -> None:
    """Bring the column up to what the contacts of these accounts and their users are now."""
    found: dict[UUID, set[str]] = defaultdict(set)
    statement = (
        select(Contact.account_id, Contact.portal_user, IdentityUser.status)
        .outerjoin(IdentityUserContact, IdentityUserContact.contact_id == Contact.id)
        .outerjoin(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
        .where(Contact.account_id.in_(account_ids), ~Contact.removed)
    )
    for account_id, portal_user, user_status in session.execute(statement):
        found[account_id].add(portal_status(portal_user, user_status))
    for account_id in account_ids:
        status = furthest(found[account_id])
        session.execute(
            update(Account)
            .where(Account.id == account_id, Account.portal_status != status)
            .values(portal_status=status)
            .execution_options(synchronize_session=False)
        )

"""Whose data an account's is: its contacts, and the people who come for no other account."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from services.portal.copies.models import IdentityUser, IdentityUserContact
from services.portal.directory.models import Contact


def whose(session: Session, account_id: UUID) -> dict[str, list[str]]:
    """Return the ids of an account's contacts, removed ones among them, and of the users who have no other account."""
    contacts = session.execute(select(Contact.id, Contact.email).where(Contact.account_id == account_id)).all()
    other = aliased(IdentityUserContact)
    here = exists().where(IdentityUserContact.user_id == IdentityUser.id, IdentityUserContact.account_id == account_id)
    elsewhere = exists().where(other.user_id == IdentityUser.id, other.account_id != account_id)
    theirs = or_(here, IdentityUser.email.in_([row.email for row in contacts]))
    users = session.scalars(select(IdentityUser.id).where(IdentityUser.kind == "client", theirs, ~elsewhere))
    return {"contact_ids": [str(row.id) for row in contacts], "user_ids": [str(id) for id in users]}

"""What erasing a client takes from identity: its people's ways in, sessions and history, and their names."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from services.chassis.account_data.feature import Erased, Order
from services.chassis.account_data.rows import Map, Whose, erase_rows
from services.chassis.runtime import Runtime
from services.identity.models import Model
from services.identity.sessions.models import SignInEvent, UserSession
from services.identity.sign_in.models import SignInFlow
from services.identity.users import actions as users
from services.identity.users.addresses import email_hash
from services.identity.users.models import CLIENT, SUSPENDED, AccountAccess, PortalAccount, PortalContact, User

ERASED_DOMAIN = "@erased.invalid"
"""No mail ever gets there (RFC 2606, section 2)."""


def erase(session: Session, runtime: Runtime, order: Order) -> Erased:
    """Erase the people who have no other account, and take this one from those who have.

    Who comes only to this account is decided here, whatever portal thought: identity owns who has access.
    """
    account_id, found = order.whose.account_id, Erased()
    gone = _people_of_this_alone(session, order)
    others = _with_other_accounts(session, account_id)
    found.needles = [user.email for user in gone] + [user.mobile for user in gone if user.mobile]
    ids = tuple(user.id for user in gone)
    hashes = [user.email_hash for user in gone]
    for model in (SignInEvent, SignInFlow):
        session.execute(delete(model).where(model.kind == CLIENT, model.email_hash.in_(hashes)))
    session.execute(update(UserSession).where(UserSession.account_id == account_id).values(account_id=None))
    # Access is withdrawn as a whole below; copies of the directory are kept without words, for their versions.
    whose = Whose(account_id, order.whose.contact_ids, ids)
    for name, count in erase_rows(session, Model.metadata, whose, Map(kept=("users", "portal_contacts"))).items():
        found.count(name, count)
    for user in (*gone, *others):
        session.refresh(user, with_for_update=True)
    for user in gone:
        _forget(user)
        users.save(session, user)
    for user in others:
        users.save(session, user)
    found.count("people", len(gone))
    _empty_copies(session, account_id, order.number)
    return found


def _people_of_this_alone(session: Session, order: Order) -> Sequence[User]:
    account_id = order.whose.account_id
    elsewhere = exists().where(AccountAccess.user_id == User.id, AccountAccess.account_id != account_id)
    here = exists().where(AccountAccess.user_id == User.id, AccountAccess.account_id == account_id)
    contacts = select(PortalContact.email).where(PortalContact.account_id == account_id)
    theirs = or_(here, User.id.in_(order.whose.user_ids), User.email.in_(contacts))
    query = select(User).where(User.kind == CLIENT, theirs, ~elsewhere, User.email.not_like(f"%{ERASED_DOMAIN}"))
    return session.scalars(query.with_for_update()).all()


def _with_other_accounts(session: Session, account_id: UUID) -> Sequence[User]:
    elsewhere = exists().where(AccountAccess.user_id == User.id, AccountAccess.account_id != account_id)
    here = exists().where(AccountAccess.user_id == User.id, AccountAccess.account_id == account_id)
    return session.scalars(select(User).where(and_(here, elsewhere)).with_for_update()).all()


def _forget(user: User) -> None:
    user.email = f"{user.id}{ERASED_DOMAIN}"
    user.email_hash = email_hash(user.email)
    user.name, user.mobile, user.status, user.delivery_failure = "Erased person", None, SUSPENDED, None


def _empty_copies(session: Session, account_id: UUID, number: str) -> None:
    session.execute(update(PortalAccount).where(PortalAccount.id == account_id).values(name=f"Erased client #{number}"))
    empty = {"name": "Erased person", "email": None, "mobile": None, "portal_user": False, "removed": True}
    session.execute(update(PortalContact).where(PortalContact.account_id == account_id).values(**empty))

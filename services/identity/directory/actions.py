"""What the portal's directory means for users: who is invited, who gains and who loses access (S8 to S10).

A contact grants access while it is a portal user; the address names the user, so one person who is a contact of
several companies signs in once for all of them (B3).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from services.chassis.database import upsert_newer
from services.chassis.secrets import Sealer
from services.identity.factors import actions as factors
from services.identity.invitations import actions as invitations
from services.identity.invitations import queries as invitation_queries
from services.identity.passwords import actions as passwords
from services.identity.passwords.models import PasswordCredential
from services.identity.sessions import actions as sessions
from services.identity.users import actions as users
from services.identity.users import queries as user_queries
from services.identity.users.addresses import clean_name, email_hash, normal_email
from services.identity.users.models import (
    ACTIVE,
    CLIENT,
    INVITED,
    UNDELIVERABLE,
    AccountAccess,
    PortalAccount,
    PortalContact,
    PortalSettings,
    User,
)

COPIED = [column.name for column in PortalContact.__table__.columns]
PROFILE = ("name", "locale", "timezone", "mobile")
Contact = Mapping[str, Any]


def keep_account(session: Session, account: Mapping[str, Any]) -> None:
    """Keep what identity needs of an account: its name, whether it is archived, and whose client it is."""
    names = ("id", "name", "status", "adviser_id", "version")
    upsert_newer(session, PortalAccount, {name: account[name] for name in names})


def keep_settings(session: Session, settings: Mapping[str, Any]) -> None:
    """Keep what identity needs of the firm's settings: time zone, language, ways to sign in, limits of sessions."""
    values = {name: settings[name] for name in ("timezone", "locale", "switches", "version")}
    values["session_limits"] = settings.get("session_limits")
    upsert_newer(session, PortalSettings, {"id": 1, **values})


def follow_contact(session: Session, sealer: Sealer, public_url: str, contact: Contact) -> None:
    """Bring users and access in line with a contact as the portal saved it; an older state changes nothing.

    Raises `ValidationError` for a portal user whose name or address no mail could carry (threat 16).
    """
    grants = contact["portal_user"] and not contact["removed"]
    if grants:
        contact = {**contact, "name": clean_name(contact["name"]), "email": normal_email(contact["email"])}
    before = _snapshot(session, contact)
    if not upsert_newer(session, PortalContact, {name: contact[name] for name in COPIED}):
        return
    held = session.get(AccountAccess, contact["id"])
    if grants:
        _grant(session, sealer, public_url, contact, before, held)
    elif held:
        _withdraw(session, held)


def _snapshot(session: Session, contact: Contact) -> dict[str, Any]:
    row = session.get(PortalContact, contact["id"])
    return {name: getattr(row, name) for name in PROFILE} if row else {}


def _grant(
    session: Session,
    sealer: Sealer,
    public_url: str,
    contact: Contact,
    before: dict[str, Any],
    held: AccountAccess | None,
) -> None:
    user, is_new_address = _user_for(session, contact, held)
    if held and held.user_id != user.id:
        _withdraw(session, held)
        held = None
    if held:
        _follow_profile(user, contact, before)
    elif not user.mobile:
        user.mobile, user.mobile_verified = contact["mobile"], _by_staff(contact)
    access = held or AccountAccess(contact_id=contact["id"], user_id=user.id)
    for name in ("account_id", "role", "support_start", "support_end"):
        if getattr(access, name) != contact[name]:
            setattr(access, name, contact[name])
    is_new_access = held is None
    is_changed = is_new_access or inspect(access).modified or session.is_modified(user)
    session.add(access)
    session.flush()
    if _needs_invitation(session, user, is_new_access or is_new_address):
        invitations.invite(session, sealer, public_url, user, contact["saved_by"])
    elif is_changed:
        users.save(session, user)


def _needs_invitation(session: Session, user: User, is_news: bool) -> bool:
    if user.status not in (INVITED, UNDELIVERABLE):
        return False
    return is_news or not invitation_queries.has_usable(session, user.id)


def _user_for(session: Session, contact: Contact, held: AccountAccess | None) -> tuple[User, bool]:
    """Return the user whom the address names, and whether the person has yet to prove that address."""
    email = contact["email"]
    found = user_queries.find(session, CLIENT, email_hash(email))
    if found:
        return users.get_locked(session, found.id), False
    if held and _accesses(session, held) == 1:
        user = users.get_locked(session, held.user_id)
        _move_address(session, user, email)
        return user, True
    profile = {name: contact[name] for name in PROFILE}
    return users.new_user(session, kind=CLIENT, email=email, mobile_verified=_by_staff(contact), **profile), True


def _accesses(session: Session, held: AccountAccess) -> int:
    of_user = select(func.count()).select_from(AccountAccess).where(AccountAccess.user_id == held.user_id)
    return session.scalar(of_user) or 0


def _move_address(session: Session, user: User, email: str) -> None:
    """Give a user another address. Whoever reads it must prove it by a new invitation: nothing old lets in."""
    user.email, user.email_hash = email, email_hash(email)
    user.delivery_failure = None
    session.execute(delete(PasswordCredential).where(PasswordCredential.user_id == user.id))
    factors.forget_factors(session, user)
    passwords.revoke_resets(session, user.id)
    sessions.end_all(session, user.id, "address_changed")
    if user.status == ACTIVE:
        users.move(user, INVITED)


def _follow_profile(user: User, contact: Contact, before: Mapping[str, Any]) -> None:
    """Take over what staff changed on the contact, and nothing else: the person may have set a language."""
    for name in PROFILE:
        if before.get(name) != contact[name] != getattr(user, name):
            setattr(user, name, contact[name])
            if name == "mobile":
                user.mobile_verified = _by_staff(contact)
                user.delivery_failure = None


def _by_staff(contact: Contact) -> bool:
    """Whether the firm wrote the contact. A number that a client wrote gets no code until the firm has."""
    return (contact.get("saved_by") or {}).get("kind") != CLIENT


def _withdraw(session: Session, held: AccountAccess) -> None:
    user = users.get_locked(session, held.user_id)
    session.delete(held)
    session.flush()
    if not user_queries.accounts(session, user.id):
        sessions.end_all(session, user.id, "access_removed")
        invitations.revoke(session, user.id)
    users.save(session, user)

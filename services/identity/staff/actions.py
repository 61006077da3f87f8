"""What adds and changes the firm's own people. Those who may (`staff.manage`) may give any role but their own.

Every change says who made it. The last active owner stays one: else nobody could let anyone in again.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import conflict, invalid, not_found
from services.chassis.secrets import Sealer
from services.identity.factors import actions as factors
from services.identity.invitations import actions as invitations
from services.identity.oidc.models import OidcSubject
from services.identity.roles import ASSIGNABLE
from services.identity.users import actions as users
from services.identity.users import queries
from services.identity.users.addresses import email_hash
from services.identity.users.models import ACTIVE, STAFF, User


def add_staff(session: Session, *, email: str, name: str, role: str, locale: str, timezone: str) -> User:
    """Add a person of the firm who has yet to activate; 409 where staff has that address already."""
    if queries.find(session, STAFF, email_hash(email)):
        raise conflict("address_taken", "Staff has this e-mail address already.")
    return users.new_user(session, kind=STAFF, email=email, name=name, role=role, locale=locale, timezone=timezone)


def invite_staff(
    session: Session, sealer: Sealer, public_url: str, caller: Caller, *, assigned_only: bool = False, **values: Any
) -> User:
    """Add a person of the firm and mail the invitation: a single-use link, as for clients.

    Raises a `Problem`: 409 where staff has the address already, 422 for a role that sees every client.
    """
    _require_assignable(values["role"], assigned_only)
    user = add_staff(session, **values)
    user.assigned_only = assigned_only
    _note(user, caller)
    invitations.invite(session, sealer, public_url, user, caller.person)
    return user


def invite_again(session: Session, sealer: Sealer, public_url: str, caller: Caller, user_id: UUID) -> User:
    """Mail a new invitation; the link before works no more. 404, or 409 for one who needs none."""
    user = _locked(session, user_id)
    invitations.invite(session, sealer, public_url, user, caller.person)
    return user


def change_staff(session: Session, caller: Caller, user_id: UUID, **values: Any) -> User:
    """Change name, role, or whether a person sees assigned clients only; the open sessions have it at once.

    Raises a `Problem`: 404, 409 for one's own role and for the last active owner's, 422 for a role that sees
    every client.
    """
    user = _locked(session, user_id)
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    if user.id == caller.id and changed.keys() & {"role", "assigned_only"}:
        raise conflict("own_role", "Nobody changes their own role. Ask another owner.")
    role = changed.get("role", user.role)
    if role not in ASSIGNABLE and "assigned_only" not in values and user.assigned_only:
        changed["assigned_only"] = False
    _require_assignable(role, changed.get("assigned_only", user.assigned_only))
    if user.role == "owner" and role != "owner":
        _require_other_owner(session, user)
    if not changed:
        return user
    for name, value in changed.items():
        setattr(user, name, value)
    _save(session, user, caller)
    return user


def suspend_staff(session: Session, caller: Caller, user_id: UUID) -> User:
    """Shut a person of the firm out; open sessions end. 404, or 409 for oneself and the last active owner."""
    user = _locked(session, user_id)
    if user.id == caller.id:
        raise conflict("own_access", "You cannot suspend yourself.")
    if user.role == "owner":
        _require_other_owner(session, user)
    users.shut_out(session, user)
    _save(session, user, caller)
    return user


def reinstate_staff(session: Session, caller: Caller, user_id: UUID) -> User:
    """Let a suspended person of the firm in again. 404, or 409 for one who is not suspended."""
    user = _locked(session, user_id)
    users.let_in(session, user)
    _save(session, user, caller)
    return user


def reset_second_factor(session: Session, caller: Caller, user_id: UUID) -> User:
    """Take away the second factors of a person who lost them, and who they are at the identity provider.

    Every session ends; at the next sign-in by password the person enrols anew. The person is told by mail. 404, or
    409 for one's own: whoever found an open session shall not shed the second factor.
    """
    user = _locked(session, user_id)
    if user.id == caller.id:
        raise conflict("own_factor", "You cannot reset your own second factor. Ask another owner.")
    session.execute(delete(OidcSubject).where(OidcSubject.user_id == user.id))
    factors.reset_second_factor(session, user)
    _save(session, user, caller)
    return user


def _locked(session: Session, user_id: UUID) -> User:
    """Return the person locked, and before them every owner, always in the same order.

    So that of two owners who demote each other at once the second sees what the first has done.
    """
    owners = select(User.id).where(User.kind == STAFF, User.role == "owner").order_by(User.id)
    session.execute(owners.with_for_update())
    user = users.get_locked(session, user_id)
    if user.kind != STAFF:
        raise not_found("The user")
    return user


def _require_other_owner(session: Session, user: User) -> None:
    others = select(User.id).where(User.kind == STAFF, User.role == "owner", User.status == ACTIVE, User.id != user.id)
    if user.status == ACTIVE and session.scalar(others.limit(1)) is None:
        raise conflict("last_owner", "The firm needs an active owner. Make somebody else one first.")


def _require_assignable(role: str | None, assigned_only: bool) -> None:
    if assigned_only and role not in ASSIGNABLE:
        raise invalid({"assigned_only": ["Owners and managers see every client."]})


def _save(session: Session, user: User, caller: Caller) -> None:
    _note(user, caller)
    users.save(session, user, caller.person)


def _note(user: User, caller: Caller) -> None:
    user.changed_by, user.changed_at = caller.person, clock.now()


def create_staff(
    session: Session,
    sealer: Sealer,
    public_url: str,
    *,
    email: str,
    name: str,
    role: str,
    locale: str,
    timezone: str,
    password_hash: str | None,
) -> str | None:
    """Add a person of the firm: active where a password is given, else invited; return the link if invited."""
    user = add_staff(session, email=email, name=name, role=role, locale=locale, timezone=timezone)
    if password_hash is None:
        return invitations.invite(session, sealer, public_url, user, None)
    invitations.activate(session, user, password_hash)
    return None

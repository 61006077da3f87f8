"""View as client (B9): a session of a client's, held by staff, that reads and changes nothing.

It sees one account, lasts 30 minutes, and no longer than the session of staff from which it was opened; the
client's own sessions are not touched. Passports of it say `acting` and `read_only`, and every service obeys.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller, not_signed_in
from services.chassis.database import new_id
from services.chassis.problems import conflict, not_found
from services.chassis.secrets import hash_token, new_token
from services.identity.roles import permissions_of
from services.identity.sessions import actions
from services.identity.sessions.models import UserSession
from services.identity.users import access
from services.identity.users.models import ACTIVE, CLIENT, AccountAccess, PortalAccount, User
from services.identity.users.queries import visible_to

PERMISSION = "clients.view_as"
VIEWED = "identity.user.viewed_as.v1"
LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Viewing:
    """A view just opened: its token, and until when it lasts at most."""

    session: str
    expires_at: datetime


def begin(session: Session, caller: Caller, user_id: UUID, account_id: UUID) -> Viewing:
    """Open a view of the portal as that person sees it in that account, and tell it.

    Raises a `Problem`: 404 for a person or account that the caller may not see, 409 `not_viewable` for a person
    who could not sign in today.
    """
    user = session.scalar(select(User).where(User.id == user_id, User.kind == CLIENT, visible_to(caller)))
    account = session.get(PortalAccount, account_id)
    if user is None or (caller.assigned_only and (account is None or account.adviser_id != caller.id)):
        raise not_found("The user")
    seen = _access_to(session, user, account_id)
    actions.end_views(session, UUID(str(caller.session_id)))
    origin = session.get(UserSession, UUID(str(caller.session_id)))
    if origin is None:  # gone within the minute that a passport lives
        raise not_signed_in()
    now, token = clock.now(), new_token()
    row = UserSession(
        id=new_id(),
        token_hash=hash_token(token),
        user_id=user.id,
        account_id=account_id,
        methods=[],
        created_at=now,
        authenticated_at=origin.authenticated_at,
        last_seen_at=now,
        idle_at=now + LIFE,
        expires_at=min(now + LIFE, origin.expires_at),
        ip=origin.ip,
        user_agent=origin.user_agent,
        viewed_by=origin.user_id,
        viewed_by_name=caller.name,
        viewed_from=origin.id,
    )
    session.add(row)
    _tell(session, caller, user, seen, row)
    return Viewing(token, row.expires_at)


def _access_to(session: Session, user: User, account_id: UUID) -> AccountAccess:
    decision = access.decide(session, user)
    if isinstance(decision, access.Denied):
        raise conflict("not_viewable", "This person cannot sign in at the moment, so there is nothing to view.")
    found = next((entry for entry in decision.accounts if entry.account_id == account_id), None)
    if found is None:
        raise not_found("The user")
    return found


def _tell(session: Session, caller: Caller, user: User, seen: AccountAccess, row: UserSession) -> None:
    data = {
        "user_id": user.id,
        "name": user.name,
        "account_id": seen.account_id,
        "contact_id": seen.contact_id,
        "by": caller.person,
        "at": row.created_at,
        "expires_at": row.expires_at,
        "ip": row.ip,
    }
    outbox.record(session, VIEWED, subject=user.id, version=user.version, data=data)


def holder(row: UserSession) -> dict[str, str] | None:
    """Return which member of staff holds a view (id and name), or None for a session of the person's own."""
    return {"id": str(row.viewed_by), "name": row.viewed_by_name or ""} if row.viewed_by else None


def is_over(session: Session, row: UserSession) -> bool:
    """Return whether a view may not go on: its holder has signed out, is shut out, or may not view any more."""
    now = clock.now()
    origin = session.get(UserSession, row.viewed_from)
    if origin is None or origin.ended_at or origin.expires_at <= now or origin.idle_at <= now:
        return True
    holder = session.get(User, row.viewed_by)
    if holder is None or holder.status != ACTIVE:
        return True
    if PERMISSION not in permissions_of(holder.role, assigned_only=holder.assigned_only):
        return True
    account = session.get(PortalAccount, row.account_id)
    return holder.assigned_only and (account is None or account.adviser_id != holder.id)

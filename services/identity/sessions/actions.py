"""What opens, moves and ends sessions. The browser's cookie is the token; here is only its hash."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.problems import Problem
from services.chassis.secrets import hash_token, new_token
from services.identity.sessions.models import Device, UserSession
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.users import access
from services.identity.users.firm import firm
from services.identity.users.models import User

SIGNED_IN = "identity.user.signed_in.v1"
AMR = {"password": ["pwd"], "code": ["otp"], "passkey": ["hwk"]}


@dataclass(frozen=True)
class SignedIn:
    """A session just opened: its token, which nobody can read again, and how long it lasts at most."""

    session: str
    kind: str
    expires_at: datetime
    device: str


def denied(reason: access.Denied, status: int = 403) -> Problem:
    """Return the answer for a person who proved who they are and may not come in; it says why."""
    extra: dict[str, Any] = {"on": reason.on.isoformat()} if reason.on else {}
    return Problem(status, reason.code, "You cannot sign in at the moment", reason.detail, **extra)


def sign_in(
    session: Session, settings: IdentitySettings, user: User, method: str, client: Client
) -> SignedIn | Problem:
    """Open a session for a person who has just proved who they are, or return why they may not come in.

    The refusal is returned and not raised, because raising would undo what the sign-in has counted.
    """
    decision = access.decide(session, user)
    if isinstance(decision, access.Denied):
        return denied(decision)
    now = clock.now()
    token = new_token()
    limits = firm(session)
    first = decision.accounts[0].account_id if decision.accounts else None
    row = UserSession(
        token_hash=hash_token(token),
        user_id=user.id,
        account_id=first,
        methods=AMR[method],
        created_at=now,
        authenticated_at=now,
        last_seen_at=now,
        idle_at=now + limits.idle(user.kind, settings),
        expires_at=now + limits.lifetime(user.kind, settings),
        ip=client.ip,
        user_agent=client.user_agent,
    )
    session.add(row)
    _record(session, user, decision, method, row)
    return SignedIn(token, user.kind, row.expires_at, remember_device(session, user, client))


def _record(session: Session, user: User, decision: access.Granted, method: str, row: UserSession) -> None:
    data = {
        "user_id": user.id,
        "kind": user.kind,
        "account_ids": list(dict.fromkeys(entry.account_id for entry in decision.accounts)),
        "method": method,
        "at": row.created_at,
        "ip": row.ip,
        "user_agent": row.user_agent,
    }
    outbox.record(session, SIGNED_IN, subject=user.id, version=user.version, data=data)


def known_device(session: Session, client: Client, user_id: UUID) -> Device | None:
    """Return the device that `client` proves to be, if this user signed in from it before."""
    if not client.device:
        return None
    return session.scalar(
        select(Device).where(Device.token_hash == hash_token(client.device), Device.user_id == user_id)
    )


def remember_device(session: Session, user: User, client: Client) -> str:
    """Return the token by which this browser is known next time: the one that it has, or a new one."""
    device = known_device(session, client, user.id)
    if device is not None:
        device.last_seen_at = clock.now()
        return client.device
    token = new_token()
    session.add(Device(token_hash=hash_token(token), user_id=user.id, created_at=clock.now(), last_seen_at=clock.now()))
    return token


def touch(session: Session, session_id: UUID, idle_at: datetime, account_id: UUID | None) -> None:
    """Note that a live session is in use, and which account it looks at."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(last_seen_at=clock.now(), idle_at=idle_at, account_id=account_id)
    )


def end(session: Session, token: str, reason: str = "signed_out") -> None:
    """End the session of that token; nothing happens for an unknown or ended one."""
    _end(session, reason, UserSession.token_hash == hash_token(token))


def end_all(session: Session, user_id: UUID, reason: str, *, but: UUID | None = None) -> None:
    """End every session of a user, save the one named."""
    conditions = [UserSession.user_id == user_id]
    _end(session, reason, *conditions, *([UserSession.id != but] if but else []))


def _end(session: Session, reason: str, *conditions: Any) -> None:
    session.execute(
        update(UserSession)
        .where(UserSession.ended_at.is_(None), *conditions)
        .values(ended_at=clock.now(), end_reason=reason)
        .execution_options(synchronize_session=False)
    )

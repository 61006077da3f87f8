"""What opens, moves and ends sessions. The browser's cookie is the token; here is only its hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.database import new_id
from services.chassis.problems import Problem, not_found
from services.chassis.secrets import hash_token, new_token
from services.identity.sessions import history, origin
from services.identity.sessions.models import Device, UserSession
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.users import access
from services.identity.users.firm import firm
from services.identity.users.models import User

SIGNED_IN = "identity.user.signed_in.v1"
AMR = {
    "password": ["pwd"],
    "code": ["otp"],
    "totp": ["totp"],
    "recovery": ["recovery"],
    "passkey": ["hwk", "user", "mfa"],
    "oidc": ["oidc"],
}
"""What a session says of how it was opened; the words are RFC 8176's where it has one."""
TRUST_LIFE = timedelta(days=30)


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
    session: Session,
    settings: IdentitySettings,
    user: User,
    method: str,
    client: Client,
    *,
    also: Sequence[str] = (),
    trust: bool = False,
) -> SignedIn | Problem:
    """Open a session for a person who has just proved who they are, or return why they may not come in.

    `also` is what else was proved besides `method`; with `trust` this browser owes no second factor for 30 days.
    The refusal is returned and not raised, because raising would undo what the sign-in has counted.
    """
    decision = access.decide(session, user)
    if isinstance(decision, access.Denied):
        history.turned_away(session, user, method, client, decision.code)
        return denied(decision)
    is_strange = history.is_strange_device(session, user.id, known_device(session, client, user.id))
    device, device_token = remember_device(session, user, client, trust=trust)
    now = clock.now()
    token = new_token()
    limits = firm(session)
    first = decision.accounts[0].account_id if decision.accounts else None
    row = UserSession(
        id=new_id(),
        token_hash=hash_token(token),
        user_id=user.id,
        account_id=first,
        methods=list(dict.fromkeys([*AMR[method], *also])),
        created_at=now,
        authenticated_at=now,
        last_seen_at=now,
        idle_at=now + limits.idle(user.kind, settings),
        expires_at=now + limits.lifetime(user.kind, settings),
        ip=client.ip,
        user_agent=client.user_agent,
        device_id=device.id,
    )
    session.add(row)
    history.came_in(session, user, method, client, row.id)
    _record(session, user, decision, method, row, is_strange)
    return SignedIn(token, user.kind, row.expires_at, device_token)


def _record(
    session: Session, user: User, decision: access.Granted, method: str, row: UserSession, is_strange: bool
) -> None:
    data = {
        "user_id": user.id,
        "kind": user.kind,
        "account_ids": list(dict.fromkeys(entry.account_id for entry in decision.accounts)),
        "method": method,
        "at": row.created_at,
        "ip": row.ip,
        "user_agent": row.user_agent,
        "new_device": is_strange,
    }
    if is_strange:
        data["device"] = origin.device_words(row.user_agent)
    outbox.record(session, SIGNED_IN, subject=user.id, version=user.version, data=data)


def known_device(session: Session, client: Client, user_id: UUID) -> Device | None:
    """Return the device that `client` proves to be, if this user signed in from it before."""
    if not client.device:
        return None
    return session.scalar(
        select(Device).where(Device.token_hash == hash_token(client.device), Device.user_id == user_id)
    )


def remember_device(session: Session, user: User, client: Client, *, trust: bool = False) -> tuple[Device, str]:
    """Return this browser and the token by which it is known next time: the one that it has, or a new one."""
    device, token = known_device(session, client, user.id), client.device
    if device is None:
        token = new_token()
        device = Device(id=new_id(), token_hash=hash_token(token), user_id=user.id, created_at=clock.now())
        session.add(device)
    device.last_seen_at = clock.now()
    device.ip, device.user_agent = client.ip, client.user_agent
    if trust:
        device.trusted_until = clock.now() + TRUST_LIFE
    return device, token


def is_trusted_device(session: Session, client: Client, user_id: UUID) -> bool:
    """Return whether the user had this browser remembered, so that no second factor is asked for there."""
    device = known_device(session, client, user_id)
    return bool(device and device.trusted_until and device.trusted_until > clock.now())


def distrust_devices(session: Session, user_id: UUID) -> None:
    """Ask for the second factor everywhere again."""
    session.execute(
        update(Device)
        .where(Device.user_id == user_id, Device.trusted_until.is_not(None))
        .values(trusted_until=None)
        .execution_options(synchronize_session=False)
    )


def renew(session: Session, session_id: UUID, methods: Sequence[str]) -> None:
    """Note that the person of a live session has just proved again who they are, by `methods`."""
    row = session.get(UserSession, session_id, with_for_update=True)
    if row is not None and row.ended_at is None:
        row.authenticated_at = clock.now()
        row.methods = list(dict.fromkeys([*row.methods, *methods]))


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


def end_own(session: Session, user_id: UUID, session_id: UUID) -> None:
    """End one open session of a user; 404 for one that is over or somebody else's."""
    own = select(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    row = session.scalar(own.where(UserSession.ended_at.is_(None), UserSession.viewed_by.is_(None)).with_for_update())
    if row is None:
        raise not_found("The session")
    row.ended_at, row.end_reason = clock.now(), "signed_out"


def forget_device(session: Session, user_id: UUID, device_id: UUID) -> None:
    """Forget a device of a user; 404 for one that is not there or somebody else's."""
    gone = delete(Device).where(Device.id == device_id, Device.user_id == user_id).returning(Device.id)
    if session.scalar(gone.execution_options(synchronize_session=False)) is None:
        raise not_found("The device")


def end_all(session: Session, user_id: UUID, reason: str, *, but: UUID | None = None) -> None:
    """End every session of a user, save the one named."""
    conditions = [UserSession.user_id == user_id]
    _end(session, reason, *conditions, *([UserSession.id != but] if but else []))


def end_views(session: Session, staff_session_id: UUID) -> None:
    """End what somebody views as a client from a session of staff."""
    _end(session, "viewing_stopped", UserSession.viewed_from == staff_session_id)


def _end(session: Session, reason: str, *conditions: Any) -> None:
    session.execute(
        update(UserSession)
        .where(UserSession.ended_at.is_(None), *conditions)
        .values(ended_at=clock.now(), end_reason=reason)
        .execution_options(synchronize_session=False)
    )

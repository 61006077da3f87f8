"""What sets, changes and replaces passwords."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.database import new_id
from services.chassis.problems import Problem, invalid
from services.chassis.secrets import Sealer, hash_token, new_token
from services.identity.passwords import queries
from services.identity.passwords.models import PasswordCredential, PasswordReset
from services.identity.sessions import actions as sessions
from services.identity.sign_in import throttle
from services.identity.users import queries as users
from services.identity.users.credentials import tell_changed
from services.identity.users.models import ACTIVE, User

FORGOTTEN = "identity.password.forgotten.v1"
RESET_REQUESTED = "identity.password.reset_requested.v1"
RESET_LIFE = timedelta(hours=1)


def set_password(session: Session, user: User, password_hash: str, *, is_short: bool = False) -> None:
    """Store a password; the failures that were counted for the account are over."""
    credential = session.get(PasswordCredential, user.id)
    if credential is None:
        credential = PasswordCredential(user_id=user.id)
        session.add(credential)
    credential.hash, credential.changed_at, credential.is_short = password_hash, clock.now(), is_short
    forgive(session, user)


def forgive(session: Session, user: User, network: str = "") -> None:
    """Forget the failures counted for an account whose person has proved who they are."""
    keys = [throttle.code_guesses(user.kind, user.email_hash)]
    keys += [throttle.passwords_here(user.kind, user.email_hash, network)] if network else []
    throttle.clear(session, *keys, throttle.passwords(user.kind, user.email_hash))


def change_password(
    session: Session, user: User, password_hash: str, session_id: UUID, *, is_short: bool = False
) -> None:
    """Replace the password; every other session of the user ends."""
    set_password(session, user, password_hash, is_short=is_short)
    revoke_resets(session, user.id)
    sessions.end_all(session, user.id, "password_changed", but=session_id)
    tell_changed(session, user, "password")


def forgot(session: Session, kind: str, email_hash: str) -> None:
    """Note that somebody forgot a password; the same work for an unknown address (threat 20)."""
    now = clock.now()
    reset = PasswordReset(id=new_id(), kind=kind, email_hash=email_hash, requested_at=now, expires_at=now + RESET_LIFE)
    session.add(reset)
    data = {"reset_id": reset.id, "email_hash": email_hash, "requested_at": now}
    outbox.record(session, FORGOTTEN, subject=reset.id, version=1, data=data)


def issue_reset(session: Session, reset: PasswordReset, sealer: Sealer, public_url: str) -> None:
    """Have a link sent to the user behind the address, if there is an active one; older links work no more."""
    reset.handled_at = clock.now()
    user = users.find(session, reset.kind, reset.email_hash)
    if user is None or user.status != ACTIVE or reset.expires_at <= clock.now():
        return
    revoke_resets(session, user.id)
    token = new_token()
    reset.user_id, reset.token_hash = user.id, hash_token(token)
    data: dict[str, Any] = {
        "user_id": user.id,
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "link": sealer.seal("notifications", f"{public_url}/reset/{token}"),
        "expires_at": reset.expires_at,
    }
    outbox.record(session, RESET_REQUESTED, subject=user.id, version=user.version, data=data)


def reset_password(session: Session, token: str, password_hash: str, *, is_short: bool = False) -> None:
    """Use up a link and set the password; every session of the user ends. 410 for a link that is over.

    A second factor is not touched: whoever reads the person's mail does not get in by it (ASVS 5.0, 6.4.3). It is
    asked for everywhere again.
    """
    user_id = session.scalar(
        update(PasswordReset)
        .where(PasswordReset.token_hash == hash_token(token), *queries.usable(clock.now()))
        .values(used_at=clock.now())
        .returning(PasswordReset.user_id)
    )
    user = session.get(User, user_id) if user_id else None
    if user is None or user.status != ACTIVE:
        raise link_over()
    set_password(session, user, password_hash, is_short=is_short)
    revoke_resets(session, user.id)
    sessions.end_all(session, user.id, "password_reset")
    sessions.distrust_devices(session, user.id)
    tell_changed(session, user, "password")


def revoke_resets(session: Session, user_id: UUID) -> None:
    """Make every link of a user work no more."""
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def link_over() -> Problem:
    """Return the answer for a link that was used, replaced or is too old."""
    return Problem(410, "link_over", "This link works no more", "It was used, replaced by a newer one, or is too old.")


def wrong_current() -> Problem:
    """Return the answer for a person who does not know the present password."""
    return invalid({"current": ["This is not your present password."]})

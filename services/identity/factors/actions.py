"""What enrols, uses and removes second factors.

A refusal that has counted something is returned as a `Problem` and raised only after the commit, as in `sign_in`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.problems import Problem, conflict, invalid
from services.chassis.secrets import Sealer
from services.identity.factors import queries, recovery, totp
from services.identity.factors.models import Authenticator
from services.identity.passkeys.models import Passkey
from services.identity.passwords.models import PasswordCredential
from services.identity.sessions import actions as sessions
from services.identity.sign_in import throttle
from services.identity.users.credentials import tell_changed
from services.identity.users.models import STAFF, User


def begin_totp(session: Session, sealer: Sealer, user: User, issuer: str) -> tuple[str, str]:
    """Return a new secret and its address for a QR code; it counts once a code of it was given."""
    secret = totp.new_secret()
    row = session.get(Authenticator, user.id) or Authenticator(user_id=user.id)
    row.pending_sealed, row.pending_at = sealer.seal("identity", secret), clock.now()
    session.add(row)
    return secret, totp.uri(secret, user.email, issuer)


def confirm_totp(session: Session, sealer: Sealer, user: User, session_id: UUID, code: str) -> list[str] | None:
    """Make the new secret count, for a right code of it; return recovery codes for one who has none.

    Raises a `Problem`: 409 where nothing waits to be confirmed, 422 for a wrong code. Whoever has the session was
    shown the secret, so a wrong code here is no guess.
    """
    row = session.get(Authenticator, user.id)
    if row is None or row.pending_sealed is None:
        raise conflict("nothing_to_confirm", "Ask for a new secret first.")
    step = totp.matching_step(sealer.open(row.pending_sealed), code, clock.now())
    if step is None:
        raise invalid({"code": ["The code is wrong."]})
    is_first = not queries.has_second_factor(session, user.id)
    install_totp(session, row, step)
    return enrolled(session, sealer, user, session_id, "totp", is_first=is_first)


def set_totp(session: Session, sealer: Sealer, user: User, secret: str) -> None:
    """Give a user an authenticator app whose secret is known already, as the command that makes staff does."""
    row = Authenticator(user_id=user.id, pending_sealed=sealer.seal("identity", secret), pending_at=clock.now())
    session.add(row)
    install_totp(session, row, None)


def install_totp(session: Session, row: Authenticator, step: int | None) -> None:
    """Let the pending secret take the place of the one before; `step` is that of the code that confirmed it."""
    row.secret_sealed, row.pending_sealed, row.pending_at = row.pending_sealed, None, None
    row.confirmed_at, row.last_step = clock.now(), step
    session.flush()


def enrolled(
    session: Session, sealer: Sealer, user: User, session_id: UUID, method: str, *, is_first: bool
) -> list[str] | None:
    """Do what follows a new factor: the owner is told; return recovery codes for one who has none.

    With the first one every other session ends: they were opened without it. The present one has proved it.
    """
    sessions.renew(session, session_id, [*sessions.AMR[method], "mfa"])
    if is_first:
        sessions.end_all(session, user.id, "second_factor_added", but=session_id)
    sessions.distrust_devices(session, user.id)
    tell_changed(session, user, method)
    if queries.recovery_codes_left(session, user.id):
        return None
    return recovery.make(session, sealer, user.id)


def remove_totp(session: Session, user: User) -> None:
    """Remove the authenticator app; 409 where it may not go."""
    row = session.get(Authenticator, user.id)
    if row is None or row.confirmed_at is None:
        return
    refuse_removal_of_last(session, user, is_last=not queries.passkeys(session, user.id))
    session.delete(row)
    removed(session, user, "totp")


def refuse_removal_of_last(session: Session, user: User, *, is_last: bool) -> None:
    """Raise a 409 `Problem` where a factor may not go: staff's last one, or one that allows a short password."""
    if not is_last:
        return
    if user.kind == STAFF:
        raise conflict("last_factor", "Staff needs a second factor. Add another one first.")
    password = session.get(PasswordCredential, user.id)
    if password and password.is_short:
        raise conflict("password_too_short", "Choose a password of at least 15 characters first.")


def removed(session: Session, user: User, credential: str) -> None:
    """Do what follows the removal of a factor: the owner is told, remembered devices are no more."""
    session.flush()
    if not queries.has_second_factor(session, user.id):
        recovery.forget(session, user.id)
    sessions.distrust_devices(session, user.id)
    tell_changed(session, user, credential, "removed")


def renew_recovery_codes(session: Session, sealer: Sealer, user: User) -> list[str]:
    """Return ten new recovery codes; 409 for a person without a second factor, for whom they are nothing."""
    if not queries.has_second_factor(session, user.id):
        raise conflict("no_second_factor", "Set up an authenticator app or a passkey first.")
    tell_changed(session, user, "recovery_codes")
    return recovery.make(session, sealer, user.id)


def forget_factors(session: Session, user: User) -> bool:
    """Delete every second factor of a user; return whether there was one."""
    had = queries.has_second_factor(session, user.id)
    session.execute(delete(Authenticator).where(Authenticator.user_id == user.id))
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    recovery.forget(session, user.id)
    sessions.distrust_devices(session, user.id)
    throttle.clear(session, guesses_of(user.id))
    return had


def reset_second_factor(session: Session, user: User, by: Mapping[str, Any] | None = None) -> None:
    """Delete every second factor of a user, who lost them, at another's wish; every session ends, the owner is told."""
    if forget_factors(session, user):
        tell_changed(session, user, "totp", "reset", by)
    sessions.end_all(session, user.id, "second_factor_reset")


def guesses_of(user_id: UUID) -> str:
    """Return the key of a person's wrong second factors in a row, whatever challenge or session they were given in."""
    return throttle.subject("factor", str(user_id))


def check(session: Session, sealer: Sealer, user: User, method: str, code: str) -> bool | Problem:
    """Use a code of the authenticator app or a recovery code up; return whether it was right, or the 429.

    It is counted first and forgotten if right (threats 3 to 5); nobody but the person can clear the count.
    """
    wait = throttle.attempt(session, guesses_of(user.id), throttle.FACTORS)
    if wait:
        return throttle.too_many(wait)
    if method == "totp":
        is_right = _use_totp(session, sealer, user.id, "".join(code.split()))
    else:
        is_right = recovery.use(session, sealer, user.id, code)
    if not is_right:
        return False
    throttle.clear(session, guesses_of(user.id))
    if method == "recovery":
        tell_changed(session, user, "recovery_codes", "used")
    return True


def _use_totp(session: Session, sealer: Sealer, user_id: UUID, code: str) -> bool:
    row = session.get(Authenticator, user_id)
    if row is None or row.secret_sealed is None or row.confirmed_at is None:
        return False
    step = totp.matching_step(sealer.open(row.secret_sealed), code, clock.now())
    if step is None:
        return False
    later = update(Authenticator).where(Authenticator.user_id == user_id)
    later = later.where(Authenticator.last_step.is_(None) | (Authenticator.last_step < step)).values(last_step=step)
    later = later.returning(Authenticator.user_id).execution_options(synchronize_session=False)
    return session.scalar(later) is not None

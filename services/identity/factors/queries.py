"""Reads of what a person can prove themselves with."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from services.identity.factors.models import Authenticator, RecoveryCode
from services.identity.passkeys.models import Passkey
from services.identity.passwords.models import PasswordCredential
from services.identity.passwords.policy import MIN_LENGTH, MIN_LENGTH_WITH_SECOND_FACTOR
from services.identity.sessions.models import UserSession
from services.identity.users.models import STAFF, User


def has_second_factor(session: Session, user_id: UUID) -> bool:
    """Return whether a user has an authenticator app or a passkey. Recovery codes alone are none."""
    return bool(session.scalar(select(or_(_has_authenticator(user_id), _has_passkey(user_id)))))


def _has_authenticator(user_id: UUID) -> Any:
    return exists().where(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None))


def _has_passkey(user_id: UUID) -> Any:
    return exists().where(Passkey.user_id == user_id)


def must_enrol(session: Session, user: User, row: UserSession) -> bool:
    """Return whether the person of a session has yet to enrol a second factor (B2: staff must have one).

    A session that two factors opened elsewhere (OpenID Connect) is enough.
    """
    return user.kind == STAFF and "mfa" not in row.methods and not has_second_factor(session, user.id)


def second_factors(session: Session, user_id: UUID) -> list[str]:
    """Return by what a user can prove a second factor, the strongest first; empty for a user who has none."""
    passkey, totp = session.execute(select(_has_passkey(user_id), _has_authenticator(user_id))).one()
    if not (passkey or totp):
        return []
    recovery = recovery_codes_left(session, user_id) > 0
    return [name for name, has in (("passkey", passkey), ("totp", totp), ("recovery", recovery)) if has]


def recovery_codes_left(session: Session, user_id: UUID) -> int:
    """Return how many recovery codes a user has not used."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def passkeys(session: Session, user_id: UUID) -> list[Passkey]:
    """Return a user's passkeys, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def min_password_length(session: Session, user_id: UUID) -> int:
    """Return how long a user's password has to be at least (NIST SP 800-63B-4, section 3.1.1.2)."""
    return MIN_LENGTH_WITH_SECOND_FACTOR if has_second_factor(session, user_id) else MIN_LENGTH


def overview(session: Session, user_id: UUID, must_enrol: bool) -> dict[str, Any]:
    """Return what a person has to sign in with, as their own page shows it."""
    password = session.get(PasswordCredential, user_id)
    totp = session.get(Authenticator, user_id)
    user = session.get(User, user_id)
    return {
        "password_set": password is not None,
        "password_changed_at": password.changed_at if password else None,
        "totp": {"confirmed_at": totp.confirmed_at} if totp and totp.confirmed_at else None,
        "passkeys": passkeys(session, user_id),
        "recovery_codes_left": recovery_codes_left(session, user_id),
        "mobile": {"number": user.mobile, "verified": user.mobile_verified} if user and user.mobile else None,
        "second_factor": has_second_factor(session, user_id),
        "must_enrol": must_enrol,
        "min_password_length": min_password_length(session, user_id),
    }

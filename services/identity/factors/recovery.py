"""Recovery codes: ten, shown once, each good for one sign-in (NIST SP 800-63B-4, section 3.1.2, look-up secrets)."""

import hmac
import secrets
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import Sealer, hash_token
from services.identity.factors.models import RecoveryCode

COUNT = 10
GROUPS, GROUP_LENGTH = 4, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is easily taken for another: i, l, o, 0, 1. Sixteen of these have 79 bits; the section asks for 20."""


def make(session: Session, sealer: Sealer, user_id: UUID) -> list[str]:
    """Return ten new codes, which nobody can read again; those before work no more."""
    forget(session, user_id)
    codes = [_new_code() for _ in range(COUNT)]
    for code in codes:
        sealed = sealer.seal("identity", _digest(user_id, code))
        session.add(RecoveryCode(user_id=user_id, code_sealed=sealed, created_at=clock.now()))
    session.flush()
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def _digest(user_id: UUID, code: str) -> str:
    return hash_token(f"{user_id} {normal(code)}")


def normal(code: str) -> str:
    """Return a code as it is compared: capitals, spaces and hyphens do not count."""
    return "".join(code.lower().replace("-", " ").split())


def use(session: Session, sealer: Sealer, user_id: UUID, code: str) -> bool:
    """Use a code up; return whether it is one of the user's that was not used before.

    All are compared, so that the time tells nothing; of two uses at once the `UPDATE` lets one through.
    """
    digest, found = _digest(user_id, code), None
    for row in session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user_id)):
        if hmac.compare_digest(sealer.open(row.code_sealed), digest):
            found = row.id
    used = session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.id == found, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def forget(session: Session, user_id: UUID) -> None:
    """Delete a user's codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))

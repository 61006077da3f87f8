"""Reads of passkeys."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.problems import not_found
from services.identity.passkeys.models import Passkey


def own(session: Session, user_id: UUID, passkey_id: UUID) -> Passkey:
    """Return a passkey of the user, locked; raise a 404 `Problem` for any other."""
    found: Passkey | None = session.scalar(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).with_for_update()
    )
    if found is None:
        raise not_found("The passkey")
    return found


def locked(session: Session, credential_id: object) -> Passkey | None:
    """Return the passkey of that credential, locked: of two uses at once the second sees the first's count."""
    if not isinstance(credential_id, str):
        return None
    return session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )

"""Having a person told of every change of what lets them in (B6; ASVS 5.0, 6.3.7)."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.identity.users.models import User

CHANGED = "identity.credential.changed.v1"


def tell_changed(session: Session, user: User, credential: str, change: str = "set") -> None:
    """Have the owner told that a credential was set, removed, used or reset.

    `credential` is password, passkey, totp, recovery_codes or mobile; `change` is set, removed, used or reset.
    """
    data: dict[str, Any] = {
        "user_id": user.id,
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "credential": credential,
        "change": change,
        "at": clock.now(),
    }
    outbox.record(session, CHANGED, subject=user.id, version=user.version, data=data)

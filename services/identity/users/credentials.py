"""Having a person told of every change of what lets them in (B6; ASVS 5.0, 6.3.7)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.identity.users.models import User

CHANGED = "identity.credential.changed.v1"


def tell_changed(
    session: Session, user: User, credential: str, change: str = "set", by: Mapping[str, Any] | None = None
) -> None:
    """Have the owner told that a credential was set, removed, used or reset.

    `credential` is password, passkey, totp, recovery_codes or mobile; `change` is set, removed, used or reset; `by`
    is who of the firm reset it.
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
    data |= {"by": dict(by)} if by else {}
    outbox.record(session, CHANGED, subject=user.id, version=user.version, data=data)

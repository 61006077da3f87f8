"""Telling that staff looked at a sign request, so that the client can see who did (B13)."""

from typing import Any
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller

OPENED = "signing.sign_request.opened.v1"
_told: TTLCache[tuple[object, UUID], bool] = TTLCache(50_000, 3600)
"""What this process has told of in the last hour; whoever listens counts once an hour anyway."""


def is_to_tell(caller: Caller, sign_request_id: UUID) -> bool:
    """Return whether `caller` is staff who has not looked at it lately, as far as this process knows."""
    return caller.is_staff and (caller.id, sign_request_id) not in _told


def tell_opened(session: Session, caller: Caller, found: dict[str, Any]) -> None:
    """Tell that staff looks at a sign request."""
    data = {
        "sign_request_id": found["id"],
        "account_id": found["account_id"],
        "title": found["title"],
        "by": caller.person,
        "at": clock.now(),
    }
    outbox.record(session, OPENED, subject=found["id"], version=found["version"], data=data)
    _told[caller.id, found["id"]] = True

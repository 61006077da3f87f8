"""What the firm decided of sign-in and sessions, as the portal last told it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.identity.settings import IdentitySettings
from services.identity.users.models import STAFF, PortalSettings


@dataclass(frozen=True)
class Firm:
    """The firm's switches of sign-in, which govern clients, and its limits of sessions; None where it set none.

    Until the portal has told anything, these are the defaults of a new installation.
    """

    password_sign_in: bool = True
    code_sign_in: bool = True
    passkey_sign_in: bool = True
    colleague_invitations: bool = False
    client_idle_minutes: int | None = None
    client_session_hours: int | None = None
    staff_idle_minutes: int | None = None
    staff_session_hours: int | None = None

    def idle(self, kind: str, settings: IdentitySettings) -> timedelta:
        """Return how long a session of that kind of user may stay unused."""
        minutes = self.staff_idle_minutes if kind == STAFF else self.client_idle_minutes
        return timedelta(minutes=minutes) if minutes else settings.idle(kind)

    def lifetime(self, kind: str, settings: IdentitySettings) -> timedelta:
        """Return how long a session of that kind of user lasts at most."""
        hours = self.staff_session_hours if kind == STAFF else self.client_session_hours
        return timedelta(hours=hours) if hours else settings.lifetime(kind)


def firm(session: Session) -> Firm:
    """Return what the firm decided."""
    row = session.get(PortalSettings, 1)
    if row is None:
        return Firm()
    known = Firm.__dataclass_fields__
    told: Mapping[str, Any] = (row.switches or {}) | (row.session_limits or {})
    return Firm(**{name: value for name, value in told.items() if name in known})

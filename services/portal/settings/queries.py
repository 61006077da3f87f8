"""Reads of the firm's settings."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import new_id
from services.portal.models import columns
from services.portal.settings.contrast import on_dark
from services.portal.settings.models import DEFAULTS, SESSION_LIMITS, SWITCHES, FirmSettings

BRAND = (
    "firm_name",
    "portal_name",
    "legal_name",
    "address",
    "phone",
    "email",
    "website",
    "banner",
    "accent",
    "accent_on_dark",
    "locale",
    "timezone",
    "currency",
    "office_hours",
)
"""What anyone may know of the firm, before signing in."""


def firm_settings(session: Session, *, locked: bool = False) -> FirmSettings:
    """Return the firm's settings; where the first start has not stored any yet, those of a new installation."""
    statement = select(FirmSettings)
    row = session.scalar(statement.with_for_update() if locked else statement)
    return row or new_settings()


def new_settings() -> FirmSettings:
    """Return the settings of a new installation, of version 0."""
    return FirmSettings(
        id=new_id(),
        singleton=1,
        **DEFAULTS,
        switches=dict(SWITCHES),
        session_limits={},
        updated_at=clock.now(),
        version=0,
    )


def switches(row: FirmSettings) -> dict[str, bool]:
    """Return every switch; one that is newer than the stored settings has its default."""
    return SWITCHES | {name: value for name, value in row.switches.items() if name in SWITCHES}


def session_limits(row: FirmSettings) -> dict[str, int | None]:
    """Return every limit of sessions; None for one that is left to the installation."""
    return {name: (row.session_limits or {}).get(name) for name in SESSION_LIMITS}


def settings(session: Session) -> dict[str, Any]:
    """Return all settings, for staff."""
    row = firm_settings(session)
    return columns(row) | {
        "switches": switches(row),
        "session_limits": session_limits(row),
        "accent_on_dark": on_dark(row.accent),
    }


def brand(session: Session) -> dict[str, Any]:
    """Return what anyone may know of the firm."""
    known = settings(session)
    return {name: known[name] for name in BRAND}

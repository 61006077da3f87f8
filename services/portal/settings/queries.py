"""Reads of the firm's settings."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import new_id
from services.portal.models import columns
from services.portal.settings.contrast import on_dark
from services.portal.settings.models import (
    DEFAULTS,
    LINK,
    PUBLIC_TEXTS,
    SESSION_LIMITS,
    SWITCHES,
    FirmLogo,
    FirmSettings,
)

BRAND = (
    "firm_name",
    "portal_name",
    "legal_name",
    "tax_number",
    "logo",
    "address",
    "phone",
    "email",
    "website",
    "banner",
    "banners",
    "sign_in_text",
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


def firm_time(session: Session) -> datetime:
    """Return the present in the firm's time zone."""
    return clock.now().astimezone(ZoneInfo(firm_settings(session).timezone))


def firm_day(session: Session) -> date:
    """Return what day it is where the firm is."""
    return firm_time(session).date()


def switches(row: FirmSettings) -> dict[str, bool]:
    """Return every switch; one that is newer than the stored settings has its default."""
    return SWITCHES | {name: value for name, value in row.switches.items() if name in SWITCHES}


def session_limits(row: FirmSettings) -> dict[str, int | None]:
    """Return every limit of sessions; None for one that is left to the installation."""
    return {name: (row.session_limits or {}).get(name) for name in SESSION_LIMITS}


def texts(row: FirmSettings) -> dict[str, dict[str, str]]:
    """Return the texts of the public pages by language; those not written are empty."""
    return {name: (row.texts or {}).get(name) or {} for name in PUBLIC_TEXTS}


def buttons(row: FirmSettings) -> list[dict[str, Any]]:
    """Return the action buttons in the firm's order, with their words and links (S19).

    Who knows the names alone (an earlier release) has chosen anew where they differ; own links then stand at the end.
    """
    stored: list[dict[str, Any]] = row.buttons or []
    ours = {button["kind"]: button for button in stored if button["kind"] != LINK}
    if list(ours) == row.action_buttons:
        return stored
    plain = [{"kind": name, "labels": {}, "url": "", "icon": ""} for name in row.action_buttons]
    return [ours.get(button["kind"], button) for button in plain] + [
        button for button in stored if button["kind"] == LINK
    ]


def offered_buttons(row: FirmSettings) -> list[dict[str, Any]]:
    """Return the buttons that clients see: without uploads there is none for them (S24)."""
    on = switches(row)["share_documents"]
    return [button for button in buttons(row) if on or button["kind"] != "documents"]


def logo(session: Session) -> FirmLogo | None:
    """Return the firm's logo, or None where it has none."""
    return session.scalar(select(FirmLogo))


def settings(session: Session, row: FirmSettings | None = None) -> dict[str, Any]:
    """Return all settings, for staff; `row` spares the question for whoever has it."""
    row = row or firm_settings(session)
    return columns(row) | {
        "switches": switches(row),
        "session_limits": session_limits(row),
        "banners": row.banners or {},
        "texts": texts(row),
        "sign_in_text": texts(row)["sign_in"],
        "buttons": buttons(row),
        "accent_on_dark": on_dark(row.accent),
    }


def brand(session: Session, row: FirmSettings | None = None) -> dict[str, Any]:
    """Return what anyone may know of the firm."""
    known = settings(session, row)
    return {name: known[name] for name in BRAND}

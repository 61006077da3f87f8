"""Changing the firm's settings."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.runtime import Runtime
from services.portal.models import columns
from services.portal.settings import logo
from services.portal.settings.models import ACCESS_SWITCHES, LINK, WAYS_IN, FirmLogo, FirmSettings
from services.portal.settings.queries import firm_settings, new_settings, session_limits, switches

SAVED = "portal.settings.saved.v1"
NOT_TOLD = ("id", "singleton", "updated_at", "banners", "texts", "buttons")


def save_settings(session: Session, *, version: int, **fields: Any) -> FirmSettings:
    """Set the firm's settings and return them; raise 409 where they have changed since `version`.

    A switch or limit that is not named stays as it is; 422 where clients would have no way left to sign in.
    """
    row = firm_settings(session, locked=True)
    if row.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    session.add(row)
    if "buttons" in fields:
        fields["action_buttons"] = [button["kind"] for button in fields["buttons"] if button["kind"] != LINK]
    for name, value in fields.items():
        setattr(row, name, _merged(row, name, value))
    if not any(switches(row)[way] for way in WAYS_IN):
        raise problems.invalid({"switches": ["Leave at least one way to sign in."]})
    _count(session, row)
    return row


def save_logo(session: Session, content: bytes) -> None:
    """Make the image in `content` the firm's logo; raise 415 or 422 where it is none that can be shown."""
    image = logo.redrawn(content)
    row = firm_settings(session, locked=True)
    session.execute(delete(FirmLogo))
    row.logo = logo.digest(image)
    session.add_all([row, FirmLogo(digest=row.logo, content=image)])
    _count(session, row)


def remove_logo(session: Session) -> None:
    """Go back to the firm's initials."""
    row = firm_settings(session, locked=True)
    if row.logo:
        session.execute(delete(FirmLogo))
        row.logo = ""
        _count(session, row)


def concerns_access(fields: Mapping[str, Any]) -> bool:
    """Return whether a change decides who gets in and for how long."""
    return "session_limits" in fields or bool(ACCESS_SWITCHES & set(fields.get("switches", ())))


def _merged(row: FirmSettings, name: str, value: Any) -> Any:
    if name == "switches":
        return switches(row) | value
    if name == "texts":
        return (row.texts or {}) | value
    return session_limits(row) | value if name == "session_limits" else value


def make_first_settings(runtime: Runtime) -> None:
    """Store the settings of a new installation and tell them, where there are none yet."""
    with runtime.database.reading() as session:
        if session.scalar(select(FirmSettings.id)):
            return
    try:
        with runtime.database.unit_of_work() as session:
            if firm_settings(session, locked=True).version:
                return
            row = new_settings()
            session.add(row)
            _count(session, row)
    except IntegrityError:
        pass  # another process was first


def _count(session: Session, row: FirmSettings) -> None:
    row.version += 1
    row.updated_at = clock.now()
    session.flush()
    state = {name: value for name, value in columns(row).items() if name not in NOT_TOLD}
    told = {"switches": switches(row), "session_limits": session_limits(row)}
    outbox.record(session, SAVED, subject="settings", version=row.version, data=state | told)

"""Keeping the copies of identity and portal."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.directory import actions


def on_user_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a user."""
    actions.save_user(session, event.data)


def on_account_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of an account."""
    actions.save_account(session, event.data)


def on_contact_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a contact."""
    actions.save_contact(session, event.data)


def on_settings_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of the firm's settings."""
    actions.save_settings(session, event.data)

"""What identity does when the portal's directory changes."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.identity.directory import actions


def on_contact_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Invite, change or shut out the contact's user."""
    actions.follow_contact(session, runtime.sealer, runtime.settings.public_url, event.data)


def on_account_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the account's name and whether it is archived."""
    actions.keep_account(session, event.data)


def on_settings_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the firm's time zone and language."""
    actions.keep_settings(session, event.data)

"""Where the link to a new password is made: behind the outbox, as with codes."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.identity.passwords import actions
from services.identity.passwords.models import PasswordReset


def on_password_forgotten(session: Session, event: Event, runtime: Runtime) -> None:
    """Make and send the link, once, if the address is that of an active user."""
    reset = session.get(PasswordReset, event.data["reset_id"], with_for_update=True)
    if reset and reset.handled_at is None:
        actions.issue_reset(session, reset, runtime.sealer, runtime.settings.public_url)

"""What identity does when a message arrived, or could not be delivered."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.identity.delivery import actions


def on_message_failed(session: Session, event: Event, runtime: Runtime) -> None:
    """Show staff that an invitation or a code did not arrive (B10)."""
    actions.note_failure(session, event.data)


def on_message_delivered(session: Session, event: Event, runtime: Runtime) -> None:
    """What did not arrive is forgotten once the next one did."""
    actions.forget_failure(session, event.data)

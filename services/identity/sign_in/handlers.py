"""Where the code is made: behind the outbox, so that known and unknown addresses cost the asker the same."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.identity.sign_in import actions
from services.identity.sign_in.models import SignInFlow


def on_sign_in_requested(session: Session, event: Event, runtime: Runtime) -> None:
    """Make and send the code of a flow, once."""
    flow = session.get(SignInFlow, event.data["flow_id"], with_for_update=True)
    if flow:
        actions.issue_code(session, flow, runtime.sealer, event.data["prefer"])

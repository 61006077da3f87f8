"""What portal says became of an answer."""

from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.inbound.models import InboundMail
from services.notifications.inbound.telling import tell_left_out, tell_refused
from services.notifications.messages.models import Message


def on_reply_settled(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep what became of an answer; tell its writer where it was refused, or where files were left out."""
    row = session.get(InboundMail, event.data["id"], with_for_update=True)
    if row is None or row.status != "passed_on":
        return
    row.status, row.reason, row.settled_at = event.data["outcome"], event.data["reason"], clock.now()
    message = session.get(Message, row.answers_id)
    if message is None:
        return
    left_out = list(row.left_out or [])
    if event.data["text_is_cut"]:
        left_out.append({"name": "…", "reason": "cut"})
    if row.status == "refused":
        tell_refused(session, row, message, row.reason)
    elif left_out:
        tell_left_out(session, row, message, left_out)

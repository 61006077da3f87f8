"""What the portal does with an answer that came by mail."""

from sqlalchemy.orm import Session

from services.chassis import outbox
from services.chassis.event import Event
from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.portal.replies.actions import write, writer

SETTLED = "portal.mail_reply.settled.v1"


def on_mail_received(session: Session, event: Event, runtime: Runtime) -> None:
    """Write the answer into its thread, or say why not; who wrote it is told by notifications."""
    data, reason, cut = event.data, None, False
    try:
        with session.begin_nested():
            cut = write(session, writer(session, data), data)
    except Problem as problem:
        if problem.status >= 500:
            raise
        reason = problem.code
    told = {name: data[name] for name in ("id", "account_id", "by", "thread_kind", "thread_id")}
    outcome = {"outcome": "refused" if reason else "posted", "reason": reason}
    settled = told | outcome | {"text_is_cut": cut or data["text_is_cut"], "version": 1}
    outbox.record(session, SETTLED, subject=data["id"], version=1, data=settled)


HANDLERS = {"notifications.mail.received.v1": on_mail_received}

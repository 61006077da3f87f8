"""Telling people: inside the portal and by mail, as each of them wishes."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.notifications.directory.queries import Recipient
from services.notifications.kinds import KINDS
from services.notifications.messages.actions import Content, queue
from services.notifications.notices.actions import put
from services.notifications.preferences.queries import wants


def announce(
    session: Session,
    event: Event,
    content: Content,
    recipients: Iterable[Recipient],
    *,
    by: Mapping[str, Any] | None = None,
    once: str | None = None,
    mail: bool = True,
) -> None:
    """Tell `recipients`, except the person `by` who did it.

    Who is invited but has not come in yet gets no mail but the invitation; the line inside waits for them. `once`
    names what is announced where several events may announce the same.
    """
    for to in recipients:
        if by and str(to.user_id) == by["id"]:
            continue
        if to.user_id and KINDS[content.kind].inside and wants(session, to.user_id, content.kind, "portal"):
            put(session, event, to.user_id, content, once=once)
        if mail and to.active and wants(session, to.user_id, content.kind, "email"):
            queue(session, event, to, content, once=once)

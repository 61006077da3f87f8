"""Which person an invitation or a code did not reach, and that the next one did (B10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.identity.invitations import queries as invitations
from services.identity.invitations.models import Invitation
from services.identity.users import actions as users
from services.identity.users.models import INVITED, UNDELIVERABLE, User

INVITATION, CODE = "invitation", "sign_in_code"
LONGEST_REASON = 500

Message = Mapping[str, Any]


def note_failure(session: Session, message: Message) -> None:
    """Note that a message did not reach its reader: an invitation that still counts, or a code.

    Whose invitation did not arrive is `undeliverable` until a new one is sent.
    """
    user_id = _concerns(session, message)
    if user_id is None:
        return
    user = users.get_locked(session, user_id)
    if message["kind"] == INVITATION and user.status == INVITED:
        users.move(user, UNDELIVERABLE)
    noted = {
        "kind": message["kind"],
        "channel": message["channel"],
        "reason": (message["reason"] or "")[:LONGEST_REASON],
        "at": message["at"].isoformat(),
    }
    user.delivery_failure = noted | _still_instead(user.delivery_failure, noted)
    users.save(session, user)


def _still_instead(before: Message | None, noted: Message) -> dict[str, Any]:
    """Return what staff decided about the same failure: one more message that fails like it changes nothing."""
    is_same = before is not None and (before["kind"], before["channel"]) == (noted["kind"], noted["channel"])
    return {"instead": before["instead"]} if before and is_same and before.get("instead") else {}


def redirect_codes(session: Session, user: User, channel: str) -> bool:
    """Have a user's codes sent by `channel` from now on, where one by the other channel did not arrive.

    Returns whether that is so now. To choose the channel that failed takes such a decision back.
    """
    noted = user.delivery_failure
    if noted is None or noted["kind"] != CODE or (noted["channel"] == channel and "instead" not in noted):
        return False
    decided = {name: value for name, value in noted.items() if name != "instead"}
    decided |= {"instead": channel} if noted["channel"] != channel else {}
    if decided != noted:
        user.delivery_failure = decided
        users.save(session, user)
    return True


def forget_failure(session: Session, message: Message) -> None:
    """Take the note away once the like arrived: a code by the channel that failed, an invitation by whichever.

    An older message than the one that failed proves nothing.
    """
    user_id = _concerns(session, message)
    if user_id is None or not _is_of(session.get(User, user_id), message):
        return
    user = users.get_locked(session, user_id)
    if not _is_of(user, message):
        return
    user.delivery_failure = None
    if user.status == UNDELIVERABLE:
        users.move(user, INVITED)
    users.save(session, user)


def _is_of(user: User | None, message: Message) -> bool:
    noted = user.delivery_failure if user else None
    if noted is None or noted["kind"] != message["kind"] or message["at"] < datetime.fromisoformat(noted["at"]):
        return False
    return message["kind"] == INVITATION or bool(noted["channel"] == message["channel"])


def _concerns(session: Session, message: Message) -> UUID | None:
    if message["kind"] == CODE:
        known: UUID | None = session.scalar(select(User.id).where(User.id == message["user_id"]))
        return known
    if message["kind"] != INVITATION:
        return None
    of_event = select(Invitation.user_id).where(Invitation.event_id == message["reference"])
    invited: UUID | None = session.scalar(of_event.where(*invitations.usable(clock.now())))
    return invited

"""Which thread an answer belongs to, and whether its writer may still write there."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.contracts.client_roles import WORKS
from services.notifications.directory.models import IdentityUser, IdentityUserAccount, PortalAccount
from services.notifications.directory.queries import WRITERS
from services.notifications.messages.models import Message

ANSWERED = frozenset(
    (
        *("request_created", "request_replied", "request_closed", "request_reply_received"),
        *("case_opened", "case_answered", "case_closed", "case_received", "case_reply_received"),
        *("conversation_message", "conversation_closed", "conversation_message_received"),
    )
)
"""The kinds of message whose answers go to the other side. An answer to the rest would reach whom its writer does not

have in mind: who is told that a case is theirs may want to answer a colleague.
"""
PATH = re.compile(r"^(?:/admin)?/(requests|cases|conversations)/([0-9a-f-]{36})$")
KINDS = {"requests": "request", "cases": "case", "conversations": "conversation"}


@dataclass(frozen=True)
class Thread:
    """Where an answer goes."""

    kind: str
    id: UUID


def thread_of(message: Message) -> Thread | None:
    """Return the thread that a message of ours is about, None where it takes no answers."""
    found = PATH.match(message.path) if message.kind in ANSWERED else None
    return Thread(KINDS[found[1]], UUID(found[2])) if found and message.user_id and message.account_id else None


def is_over(message: Message, days: float) -> bool:
    """Return whether a message is too old to be answered."""
    return message.created_at + timedelta(days=days) <= clock.now()


def may_write(session: Session, user: IdentityUser, account_id: UUID) -> UUID | bool:
    """Return the contact as whom a client writes, True for staff who may, False for who may not any more.

    These are the rules of the routes that take answers; portal, which owns the threads, asks once more.
    """
    if user.status != "active":
        return False
    if user.kind == "client":
        access = session.get(IdentityUserAccount, (user.id, account_id))
        return access.contact_id if access and access.role in WORKS else False
    if user.role not in WRITERS:
        return False
    adviser = select(PortalAccount.adviser_id).where(PortalAccount.id == account_id)
    return not user.assigned_only or session.scalar(adviser) == user.id

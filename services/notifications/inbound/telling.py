"""Telling people what became of their answer, where it did not become part of the thread as they sent it.

Only somebody known is told, and at the address that we have of them: never the address in a mail that may be forged.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import clock
from services.notifications.directory.queries import user as known_user
from services.notifications.inbound.models import InboundMail
from services.notifications.messages.actions import Content, queue
from services.notifications.messages.models import Message

REFUSED, LEFT_OUT = "mail_reply_refused", "mail_reply_left_out"
WORDS = {
    "closed": "closed",
    "illegal_transition": "closed",
    "closed_too_long": "closed",
    "account_archived": "no_access",
    "not_found": "no_access",
    "forbidden": "no_access",
    "conversations_switched_off": "closed",
    "no_access": "no_access",
    "expired": "expired",
    "no_thread": "no_thread",
    "empty": "empty",
    "too_large": "too_large",
    "charset": "unreadable",
    "too_complex": "unreadable",
}
"""Which paragraph of the mail says it; for every other reason, `other`."""
FILE_WORDS = {
    "uploads_switched_off": "switched_off",
    "type_not_allowed": "not_taken",
    "empty_file": "no_bytes",
    "too_large": "too_large",
    "too_many": "too_many",
    "cut": "cut",
}


def tell_refused(session: Session, row: InboundMail, message: Message, reason: str | None) -> None:
    """Tell the person that their answer was not added, and why."""
    title = str(message.data.get("title") or "")
    _tell(session, row, message, REFUSED, {WORDS.get(reason or "", "other"): title or row.subject or "…"})


def tell_other_address(session: Session, row: InboundMail, message: Message) -> None:
    """Tell the person, once a day, that an answer to their mail came from an address that is not theirs."""
    once = f"other-address:{message.user_id}:{clock.now().date()}"
    _tell(session, row, message, REFUSED, {"other_address": row.from_address}, once=once)


def tell_left_out(session: Session, row: InboundMail, message: Message, left_out: Sequence[dict[str, str]]) -> None:
    """Tell the person that their answer was added without these files."""
    files: dict[str, list[str]] = {}
    for file in left_out:
        files.setdefault(FILE_WORDS.get(file["reason"], "other"), []).append(file["name"])
    words = {reason: ", ".join(names[:10]) + (" …" if len(names) > 10 else "") for reason, names in files.items()}
    _tell(session, row, message, LEFT_OUT, {"title": str(message.data.get("title") or ""), **words})


def _tell(
    session: Session, row: InboundMail, message: Message, kind: str, data: dict[str, Any], once: str | None = None
) -> None:
    to = known_user(session, message.user_id) if message.user_id else None
    if to is None:
        return
    content = Content(kind, data, {}, path=message.path, account_id=message.account_id)
    queue(session, row, to, content, once=once)

"""What is to become of a mail that came in: decided from its headers and our own rows, and from nothing it claims."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.notifications.directory.models import IdentityUser
from services.notifications.inbound.automatic import Bounce, bounce_of, why_automatic
from services.notifications.inbound.models import InboundMail
from services.notifications.inbound.parsing import ReadMail
from services.notifications.inbound.reply_addresses import named_message
from services.notifications.inbound.threads import Thread, is_over, may_write, thread_of
from services.notifications.inbound.trimming import trimmed
from services.notifications.messages.models import Message
from services.notifications.settings import NotificationsSettings

MOST_AN_HOUR = 20
"""Mails of one person into one thread; what sends more is a program that answers a program."""
SAME_FOR = timedelta(days=7)
TOLD = frozenset({"expired", "no_thread", "no_access", "empty", "too_large", "charset", "too_complex"})
"""The reasons that the person is told. Who is not known for sure is told nothing (no backscatter)."""


@dataclass(frozen=True)
class Verdict:
    """What becomes of a mail: status and reason of its row, and what it belongs to as far as that is known."""

    status: str
    reason: str | None = None
    message: Message | None = None
    thread: Thread | None = None
    text: str = ""
    body_digest: str | None = None
    bounce: Bounce | None = None
    user_id: UUID | None = None


def judge(session: Session, settings: NotificationsSettings, mail: ReadMail) -> Verdict:
    """Return what is to become of a mail."""
    if (bounce := bounce_of(mail)) is not None:
        return _judge_bounce(session, settings, mail, bounce)
    ours = {settings.mail_from.casefold(), settings.reply_address.casefold()}
    if reason := why_automatic(mail, ours):
        return Verdict("ignored", reason)
    message_id, is_ours = named_message(settings.reply_address, settings.key, mail.recipients)
    if message_id is None:
        return Verdict("unmatched", "forged" if is_ours else "no_address")
    message = session.get(Message, message_id)
    user = session.get(IdentityUser, message.user_id) if message and message.user_id else None
    if message is None or user is None:
        return Verdict("unmatched", "gone")
    if (reason := _why_somebody_else(mail, user)) is not None:
        return Verdict("unmatched", reason, message)
    return _judge_answer(session, settings, mail, message, user)


def _why_somebody_else(mail: ReadMail, user: IdentityUser) -> str | None:
    """Return why a mail cannot be taken for the person's own. Who knows the address for answers got it from them."""
    names = [name.lower() for name, _value in mail.message.raw_items()]
    if names.count("from") != 1 or len(mail.senders) != 1:
        return "bad_sender"
    return None if user.email.casefold() == mail.senders[0] else "other_address"


def _judge_answer(
    session: Session, settings: NotificationsSettings, mail: ReadMail, message: Message, user: IdentityUser
) -> Verdict:
    thread = thread_of(message)
    if thread is None:
        return Verdict("refused", "no_thread", message, user_id=user.id)
    text = answer_text(settings, mail)
    digest = _digest(text, mail)
    known: dict[str, Any] = {"message": message, "thread": thread, "user_id": user.id}
    assert message.account_id
    if is_over(message, settings.reply_days):
        return Verdict("refused", "expired", **known)
    if may_write(session, user, message.account_id) is False:
        return Verdict("refused", "no_access", **known)
    if not text and not mail.files:
        return Verdict("refused", "empty", **known)
    if reason := _why_too_often(session, message, user.id, thread, digest):
        return Verdict("ignored", reason, **known)
    return Verdict("received", None, text=text, body_digest=digest, **known)


def _why_too_often(session: Session, message: Message, user_id: UUID, thread: Thread, digest: str) -> str | None:
    if _came_before(session, message, digest):
        return "repeated"
    return "too_many" if _too_many(session, user_id, thread) else None


def answer_text(settings: NotificationsSettings, mail: ReadMail) -> str:
    """Return what a person wrote in an answer, without what it quotes."""
    return trimmed(mail.text, (settings.mail_from, settings.reply_address.partition("@")[0] + "+"))


def _judge_bounce(session: Session, settings: NotificationsSettings, mail: ReadMail, bounce: Bounce) -> Verdict:
    # Anybody can write such a mail; only who got ours, or the server that refused it, knows its address.
    addresses = [*mail.recipients, *bounce.recipients]
    message_id, _ours = named_message(settings.reply_address, settings.key, addresses)
    message = session.get(Message, message_id) if message_id else None
    if message is None:
        return Verdict("ignored", "unknown_bounce")
    if bounce.action != "failed":
        return Verdict("ignored", "delayed", message)
    return Verdict("bounced", None, message, bounce=bounce)


def _digest(text: str, mail: ReadMail) -> str:
    hashed = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    for file in mail.files:
        hashed.update(hashlib.sha256(file.content).digest())
    return hashed.hexdigest()


def _came_before(session: Session, message: Message, digest: str) -> bool:
    statement = select(InboundMail.id).where(
        InboundMail.answers_id == message.id,
        InboundMail.body_digest == digest,
        InboundMail.received_at > clock.now() - SAME_FOR,
    )
    return session.scalars(statement).first() is not None


def _too_many(session: Session, user_id: UUID, thread: Thread) -> bool:
    statement = select(func.count()).where(
        InboundMail.user_id == user_id,
        InboundMail.thread_id == thread.id,
        InboundMail.received_at > clock.now() - timedelta(hours=1),
    )
    return (session.scalar(statement) or 0) >= MOST_AN_HOUR

"""Taking a mail in, whichever way it came: once, and for good when `take` has returned."""

import hashlib
import re

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock, observability, wake
from services.chassis.columns import new_id
from services.chassis.runtime import Runtime
from services.notifications.inbound.judging import TOLD, Verdict, judge
from services.notifications.inbound.models import InboundMail
from services.notifications.inbound.parsing import ReadMail, Unreadable, read
from services.notifications.inbound.reply_addresses import named_message
from services.notifications.inbound.telling import tell_other_address, tell_refused
from services.notifications.messages.actions import bounced
from services.notifications.settings import NotificationsSettings

SENDER = "inbound"
HEAD = 64 * 1024
"""Of a mail that is too large only the headers are read."""
KEPT = ("received", "unmatched")
"""In which states the mail itself is kept."""
log = observability.logger(__name__)


def take(runtime: Runtime, content: bytes, source: str) -> InboundMail:
    """Take a mail in and return its row; the same mail again gives the row of the first one.

    When this returns, the row is committed and with it what it causes: an answer waits to be passed on, a bounce has
    marked its message, who has to be told has a message queued. Nothing is raised for what the mail holds.
    """
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    mail, problem = _read(settings, content)
    once, id = _once(settings, mail, content), new_id()
    # Stored before the transaction begins, which holds up everybody else where the database is a file.
    blob_key = f"inbound/{id.hex}" if _is_kept(settings, mail, problem) else None
    if blob_key:
        runtime.blobs.write(blob_key, [content])
    row = None
    try:
        row = _settle(
            runtime, mail, problem, source, InboundMail(id=id, once=once, blob_key=blob_key, size=len(content))
        )
    finally:
        if blob_key and (row is None or row.id != id or row.status not in KEPT):
            runtime.blobs.delete(blob_key)
    log.info("mail_taken_in", mail=str(row.id), source=source, status=row.status, reason=row.reason)
    return row


def _settle(runtime: Runtime, mail: ReadMail, problem: str | None, source: str, row: InboundMail) -> InboundMail:
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    try:
        with runtime.database.unit_of_work() as session:
            if earlier := _earlier(session, row.once):
                return earlier
            verdict = _refused(session, settings, mail, problem) if problem else judge(session, settings, mail)
            _fill(row, mail, verdict, source)
            session.add(row)
            session.flush()
            _act(session, row, verdict)
        return row
    except IntegrityError:  # it came twice at once, and the other one was first
        with runtime.database.reading() as session:
            if earlier := _earlier(session, row.once):
                return earlier
        raise


def _is_kept(settings: NotificationsSettings, mail: ReadMail, problem: str | None) -> bool:
    """Return whether a mail may be one to keep: what names no message of ours fills nobody's disk."""
    return problem is None and named_message(settings.reply_address, settings.key, mail.recipients)[0] is not None


def _read(settings: NotificationsSettings, content: bytes) -> tuple[ReadMail, str | None]:
    if len(content) > settings.reply_limit:
        return _headers_of(content), "too_large"
    try:
        return read(content), None
    except Unreadable as error:
        return _headers_of(content), str(error)


def _headers_of(content: bytes) -> ReadMail:
    head = re.split(rb"\r?\n\r?\n", content[:HEAD], maxsplit=1)[0]
    # Without the type: headers alone say nothing of parts that would have to follow.
    lines = re.sub(rb"(?im)^content-[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", b"X-Left-Out: 1", head)
    try:
        return read(lines + b"\r\n\r\n")
    except Unreadable:
        return read(b"\r\n")


def _refused(session: Session, settings: NotificationsSettings, mail: ReadMail, reason: str) -> Verdict:
    """Return the verdict on a mail whose content is not read: its writer is told, where they are known for sure."""
    verdict = judge(session, settings, mail)
    if verdict.user_id is None or verdict.status == "ignored":
        return verdict if verdict.status == "ignored" else Verdict("refused", reason)
    return Verdict("refused", reason, verdict.message, verdict.thread, user_id=verdict.user_id)


def _once(settings: NotificationsSettings, mail: ReadMail, content: bytes) -> str:
    answers, _ours = named_message(settings.reply_address, settings.key, mail.recipients)
    # A mail that comes by two ways differs in its transport headers; its id and what it answers are the same.
    identity = f"{mail.message_id}\0{answers}\0{mail.senders}".encode() if mail.message_id and answers else content
    return hashlib.sha256(identity).hexdigest()


def _earlier(session: Session, once: str) -> InboundMail | None:
    found: InboundMail | None = session.query(InboundMail).filter(InboundMail.once == once).one_or_none()
    return found


def _fill(row: InboundMail, mail: ReadMail, verdict: Verdict, source: str) -> None:
    message, thread, now = verdict.message, verdict.thread, clock.now()
    row.source, row.status, row.reason = source, verdict.status, verdict.reason
    row.from_address = (mail.senders[0] if mail.senders else "")[:320]
    row.subject, row.body_digest = mail.subject, verdict.body_digest
    row.answers_id = message.id if message else None
    row.user_id = verdict.user_id or (message.user_id if message else None)
    row.account_id = message.account_id if message else None
    row.thread_kind, row.thread_id = (thread.kind, thread.id) if thread else (None, None)
    row.tries, row.received_at = 0, now
    row.next_attempt_at = now if verdict.status == "received" else None
    row.settled_at = None if verdict.status == "received" else now
    if verdict.status not in KEPT:
        row.blob_key = None


def _act(session: Session, row: InboundMail, verdict: Verdict) -> None:
    message = verdict.message
    if verdict.status == "received":
        wake.on_commit(session, SENDER)
    elif verdict.bounce and message:
        bounced(session, message.id, verdict.bounce.detail)
    elif verdict.reason == "other_address" and message:
        tell_other_address(session, row, message)
    elif verdict.status == "refused" and verdict.user_id and message and verdict.reason in TOLD:
        tell_refused(session, row, message, verdict.reason)


__all__ = ["SENDER", "take"]

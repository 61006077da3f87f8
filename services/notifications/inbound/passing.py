"""Passing an answer on: its files go to documents, its words by an event to portal, which owns the thread.

A mail is claimed in one transaction, its files sent without any, and settled in another. A crash in between sends the
files once more, which documents recognises.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import select

from services.chassis import clock, observability, outbox
from services.chassis.blobs import BlobMissing
from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.chassis.service import Sender
from services.notifications.directory.models import IdentityUser
from services.notifications.inbound.judging import answer_text
from services.notifications.inbound.models import InboundMail
from services.notifications.inbound.parsing import File, ReadMail, read
from services.notifications.inbound.taking import SENDER
from services.notifications.inbound.telling import tell_refused
from services.notifications.inbound.threads import may_write
from services.notifications.messages.models import Message
from services.notifications.settings import NotificationsSettings

RECEIVED = "notifications.mail.received.v1"
LEASE, PATIENCE = timedelta(minutes=10), timedelta(hours=72)
FIRST_DELAY, LONGEST_DELAY = 10, 20 * 60
MAX_EVENT_TEXT = 40_000
"""Bytes of text that an event carries; with the rest of it that stays within 64 KiB."""
UPLOAD_TIMEOUT = (2.0, 120.0)
log = observability.logger(__name__)


@dataclass
class Claimed:
    """An answer that is being passed on, and who wrote it."""

    id: UUID
    tries: int
    received_at: datetime
    blob_key: str
    account_id: UUID
    by: dict[str, Any]
    document_ids: list[str] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


def pass_on(runtime: Runtime) -> bool:
    """Pass on the next answer that is due; return whether there was one."""
    claimed = _claim(runtime)
    if claimed is None:
        return False
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    try:
        mail = read(b"".join(runtime.blobs.read(claimed.blob_key)))
        _send_files(runtime, claimed, mail)
        _settle(runtime, claimed, answer_text(settings, mail))
    except BlobMissing:
        _refuse(runtime, claimed, "lost")
    except Problem as problem:
        _retry(runtime, claimed, problem.code)
    except Exception as error:  # whatever is wrong with one mail, the others must go on
        log.exception("mail_not_passed_on", mail=str(claimed.id))
        _retry(runtime, claimed, type(error).__name__)
    return True


def _claim(runtime: Runtime) -> Claimed | None:
    due = (InboundMail.status == "received", InboundMail.next_attempt_at <= clock.now())
    with runtime.database.reading() as session:
        if session.scalars(select(InboundMail.id).where(*due).limit(1)).first() is None:
            return None
    with runtime.database.unit_of_work() as session:
        statement = select(InboundMail).where(*due).order_by(InboundMail.received_at).limit(1)
        row = session.scalars(statement.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        row.next_attempt_at = clock.now() + LEASE
        row.tries += 1
        user = session.get(IdentityUser, row.user_id)
        by = {"kind": user.kind, "id": str(user.id), "name": user.name} if user else {}
        assert row.blob_key
        assert row.account_id
        return Claimed(row.id, row.tries, row.received_at, row.blob_key, row.account_id, by)


def _send_files(runtime: Runtime, claimed: Claimed, mail: ReadMail) -> None:
    for number, file in enumerate(mail.files):
        try:
            claimed.document_ids.append(_send_file(runtime, claimed, number, file))
        except Problem as problem:
            if problem.status >= 500 or problem.status in (401, 408, 429):
                raise
            claimed.left_out.append({"name": file.name, "reason": problem.code})
    claimed.left_out += [{"name": name, "reason": "too_many"} for name in mail.files_beyond]


def _send_file(runtime: Runtime, claimed: Claimed, number: int, file: File) -> str:
    if not file.content:
        raise Problem(422, "empty_file", "The file is empty")
    who = "&".join(f"by_{name}={quote(str(value))}" for name, value in claimed.by.items())
    answer = runtime.client("documents").post(
        f"/v1/accounts/{claimed.account_id}/mailed-documents?name={quote(file.name)}&{who}",
        data=file.content,
        headers={"Idempotency-Key": f"mail-{claimed.id}-{number}", "Content-Type": "application/octet-stream"},
        timeout=UPLOAD_TIMEOUT,
    )
    return str(answer.json()["id"])


def _settle(runtime: Runtime, claimed: Claimed, text: str) -> None:
    with runtime.database.unit_of_work() as session:
        row = session.get(InboundMail, claimed.id, with_for_update=True)
        if row is None or row.status != "received" or row.tries != claimed.tries:
            return  # erased meanwhile, or taken over by another sender
        user = session.get(IdentityUser, row.user_id)
        assert row.account_id
        contact = may_write(session, user, row.account_id) if user else False
        message = session.get(Message, row.answers_id)
        if user is None or contact is False or message is None:
            row.status, row.reason, row.settled_at = "refused", "no_access", clock.now()
            if message:
                tell_refused(session, row, message, "no_access")
        else:
            row.status, row.left_out = "passed_on", claimed.left_out or None
            _record(session, row, user, contact, text, claimed.document_ids)
        row.next_attempt_at = None
        blob_key, row.blob_key = row.blob_key, None
    if blob_key:
        runtime.blobs.delete(blob_key)


def _record(
    session: Any, row: InboundMail, user: IdentityUser, contact: Any, text: str, document_ids: list[str]
) -> None:
    short = text.encode("utf-8", "replace")[:MAX_EVENT_TEXT].decode("utf-8", "ignore")
    data = {
        "id": row.id,
        "by": {"kind": user.kind, "id": str(user.id), "name": user.name},
        "contact_id": contact if isinstance(contact, UUID) else None,
        "assigned_only": user.assigned_only,
        "account_id": row.account_id,
        "thread_kind": row.thread_kind,
        "thread_id": row.thread_id,
        "message": short,
        "text_is_cut": len(short) < len(text),
        "document_ids": document_ids,
        "received_at": row.received_at,
        "version": 1,
    }
    outbox.record(session, RECEIVED, subject=row.id, version=1, data=data)


def _refuse(runtime: Runtime, claimed: Claimed, reason: str) -> None:
    with runtime.database.unit_of_work() as session:
        row = session.get(InboundMail, claimed.id, with_for_update=True)
        if row is None or row.status != "received":
            return
        row.status, row.reason, row.settled_at, row.next_attempt_at = "refused", reason, clock.now(), None
        row.blob_key = None
        if message := session.get(Message, row.answers_id):
            tell_refused(session, row, message, reason)
    with suppress(OSError):
        runtime.blobs.delete(claimed.blob_key)


def _retry(runtime: Runtime, claimed: Claimed, error: str) -> None:
    if clock.now() - claimed.received_at >= PATIENCE:
        _refuse(runtime, claimed, "given_up")
        return
    with runtime.database.unit_of_work() as session:
        row = session.get(InboundMail, claimed.id, with_for_update=True)
        if row is not None and row.status == "received":
            delay = min(LONGEST_DELAY, FIRST_DELAY * 3 ** min(claimed.tries - 1, 8))
            row.next_attempt_at, row.last_error = clock.now() + timedelta(seconds=delay), error[:500]


SENDERS = (Sender(SENDER, pass_on),)

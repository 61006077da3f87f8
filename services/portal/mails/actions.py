"""What happens to mails to the firm: sent by a client, and perhaps not delivered."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.chassis.problems import Problem
from services.portal.activity.actions import note
from services.portal.directory.records import locked_account
from services.portal.mails.models import Mail
from services.portal.settings.queries import firm_settings

SENT = "portal.mail.sent.v1"
FIRM_MAIL = "firm_mail"
"""The kind of message that notifications makes of it."""
LIMITS = ((timedelta(hours=1), 10), (timedelta(days=1), 30))
"""How many mails a person sends in which time: what goes by our server must not become a flood (threat 21)."""


def send_mail(session: Session, caller: Caller, *, subject: str, message: str, idempotency_key: str | None) -> Mail:
    """Keep a mail to the firm's address and have it sent, and return it; with a key seen before, that one.

    Raises 409 where the firm has no address, 422 for a key of another mail, 429 after too many.
    """
    assert caller.account_id  # what `allow(client=True)` has checked
    account = locked_account(session, caller, caller.account_id)
    if earlier := _earlier(session, caller, subject, message, idempotency_key):
        return earlier
    firm = firm_settings(session)
    if not firm.email:
        raise problems.conflict("no_firm_address", "The firm has no e-mail address here yet.")
    _require_calm(session, caller)
    mail = Mail(
        id=new_id(),
        account_id=account.id,
        user_id=caller.id,
        by=caller.person,
        reply_to=caller.email,
        to_email=firm.email,
        subject=subject,
        message=message,
        sent_at=clock.now(),
        idempotency_key=idempotency_key,
        failed=False,
    )
    session.add(mail)
    session.flush()
    names = ("id", "account_id", "by", "reply_to", "to_email", "subject", "message", "sent_at")
    data: dict[str, Any] = {name: getattr(mail, name) for name in names} | {"version": 1}
    mail.event_id = outbox.record(session, SENT, subject=mail.id, version=1, data=data).id
    note(session, "mail.sent", account_id=account.id, by=caller.person, subject=("mail", mail.id), title=subject)
    return mail


def note_failure(session: Session, event_id: UUID) -> None:
    """Note that the mail which that event told of could not be delivered; nothing where there is none."""
    mail = session.scalar(select(Mail).where(Mail.event_id == event_id))
    if mail is not None:
        mail.failed = True


def _earlier(session: Session, caller: Caller, subject: str, message: str, key: str | None) -> Mail | None:
    if key is None:
        return None
    found: Mail | None = session.scalar(select(Mail).where(Mail.user_id == caller.id, Mail.idempotency_key == key))
    if found is not None and (found.subject, found.message, found.account_id) != (subject, message, caller.account_id):
        raise Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another mail")
    return found


def _require_calm(session: Session, caller: Caller) -> None:
    for span, most in LIMITS:
        lately = select(func.count()).where(Mail.user_id == caller.id, Mail.sent_at > clock.now() - span)
        if (session.scalar(lately) or 0) >= most:
            raise Problem(
                429,
                "too_many_mails",
                "Too many mails",
                "You have written many mails just now. Wait a while, or call the firm.",
                retry_after=int(span.total_seconds()),
            )

"""Telling what no person wrote: absence notes, list mail, our own mails come back, and word of what did not arrive."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message

from services.notifications.inbound.parsing import ReadMail, addresses, header

BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
PRESENCE = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Vacation", "X-AutoReply-From", "X-Mail-Autoreply")
LISTS = ("List-Id", "List-Unsubscribe", "List-Post")
SUBJECT = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|respuesta autom[aá]tica"
    r"|fuera de (?:la )?oficina|ausencia temporal|resposta autom[aá]tica|fora do escrit[oó]rio"
    r"|ausente do escrit[oó]rio|abwesenheitsnotiz|réponse automatique)\b",
    re.IGNORECASE,
)
DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
FAILED_SUBJECT = re.compile(
    r"undeliver|delivery status notification \(failure\)|mail delivery failed|failure notice|returned mail"
    r"|delivery (?:has )?failed|no se (?:ha podido|pudo) entregar|n[aã]o foi poss[ií]vel entregar|n[aã]o entregue",
    re.IGNORECASE,
)
DELAYED = re.compile(r"delay|warning|retras|atras", re.IGNORECASE)
REASON = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b|\b5\d\d[ -]")


@dataclass(frozen=True)
class Bounce:
    """Word of a mail of ours: `action` is failed, delayed, delivered, relayed or expanded (RFC 3464, 2.3.3)."""

    action: str
    detail: str
    recipients: tuple[str, ...] = ()
    """Addresses in the headers of the mail that came back, as far as they are returned."""


def why_automatic(mail: ReadMail, ours: Collection[str]) -> str | None:
    """Return why no person wrote this mail, `automatic` or `loop`; None where a person may have (RFC 3834, 2)."""
    if any(sender in ours for sender in mail.senders):
        return "loop"
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no") or mail.header("Precedence").strip().lower() in BULK:
        return "automatic"
    if any(mail.header(name) for name in (*PRESENCE, *LISTS)):
        return "automatic"
    from_daemon = mail.header("Return-Path") == "<>" or any(DAEMON.match(sender) for sender in mail.senders)
    is_report = mail.message.get_content_type() in ("multipart/report", "message/disposition-notification")
    return "automatic" if from_daemon or is_report or SUBJECT.match(mail.subject) else None


def bounce_of(mail: ReadMail) -> Bounce | None:
    """Return what a mail says of one of ours that came back, None where it says nothing of the kind."""
    status = _status_part(mail.message)
    if status is not None:
        fields = [part for part in status.get_payload() if isinstance(part, Message)]
        actions = [header(part, "Action").lower() for part in fields if header(part, "Action")]
        action = "failed" if "failed" in actions else (actions[0] if actions else "failed")
        return Bounce(action, _detail(fields, mail), tuple(_returned(mail.message)))
    if mail.message.get_content_type() == "multipart/report":
        return None  # of another kind: a receipt, a complaint
    from_daemon = any(DAEMON.match(sender) for sender in mail.senders) or mail.header("Return-Path") == "<>"
    failed = FAILED_SUBJECT.search(mail.subject) or mail.header("X-Failed-Recipients")
    if not from_daemon or not failed:
        return None
    action = "delayed" if DELAYED.search(mail.subject) else "failed"
    return Bounce(action, _plain_detail(mail), tuple(_returned(mail.message)))


def _status_part(message: Message) -> Message | None:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            return part
    return None


def _detail(fields: list[Message], mail: ReadMail) -> str:
    told = [header(part, name) for part in fields for name in ("Diagnostic-Code", "Status") if header(part, name)]
    return (told[0] if told else _plain_detail(mail))[:300]


def _plain_detail(mail: ReadMail) -> str:
    lines = [line.strip() for line in mail.text.split("\n")[:200]]
    found = next((line for line in lines if REASON.search(line)), mail.subject)
    return (found or "The mail came back")[:300]


def _returned(message: Message) -> list[str]:
    """Return the addresses in the headers of the returned mail."""
    found: list[str] = []
    for part in message.walk():
        if part is not message and (header(part, "Message-ID") or header(part, "Reply-To")):
            found += addresses(part, ("Reply-To", "Return-Path", "X-Original-From"))
        if part.get_content_type() == "text/rfc822-headers" or part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True)
            found += _in_text(text.decode("utf-8", "replace") if isinstance(text, bytes) else "")
    return found


def _in_text(text: str) -> list[str]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text[:200_000])
    return re.findall(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}", unfolded)[:100]

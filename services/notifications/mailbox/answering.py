"""Answers to captured mails, made as a mail program makes them: the whole way can be tried without any server."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid
from pathlib import Path

from services.chassis import clock
from services.notifications.mailbox import queries


def answer_to(folder: Path, id: str, text: str) -> bytes:
    """Return the mail with which the reader of a captured one answers it; raise a 404 `Problem`."""
    seen = queries.captured_message(folder, id)
    original = BytesParser(policy=policy.default).parsebytes((folder / f"{id}.eml").read_bytes())
    answer = EmailMessage(policy=policy.SMTP)
    answer["From"] = str(original["To"])
    answer["To"] = str(original["Reply-To"] or original["From"])
    answer["Subject"] = f"Re: {original['Subject']}"
    answer["Date"] = format_datetime(clock.now())
    answer["Message-ID"] = make_msgid(domain="mailbox.example")
    answer["In-Reply-To"] = str(original["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in seen["text"].splitlines())
    answer.set_content(f"{text}\n\nOn {original['Date']}, {original['From']} wrote:\n\n{quoted}\n")
    return answer.as_bytes()

"""Making a mail: safe headers, text and HTML, checked by reading the finished bytes again."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime

from services.notifications.channels.addresses import header_text, mail_address
from services.notifications.rendering.message import Rendered

POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=78)


class UnsafeMail(ValueError):
    """The finished bytes do not read as the mail that was meant; it must not be sent."""


@dataclass(frozen=True)
class Person:
    """A name and an address."""

    name: str
    address: str


@dataclass(frozen=True)
class Mail:
    """A finished mail: the envelope's two addresses, and the bytes."""

    sender: str
    recipient: str
    content: bytes


def build(
    words: Rendered,
    *,
    sender: Person,
    to: Person,
    reply_to: Person | None,
    message_id: str,
    at: datetime,
    language: str,
    automatic: bool = True,
    returns_to: str | None = None,
) -> Mail:
    """Return the mail that says `words`; raise `BadAddress` or `UnsafeMail`. `automatic`: a program wrote it.

    `returns_to` is the envelope's sender, to whom the mail comes back where it cannot be delivered; else `sender`.

    Where a name does not survive being written and read again, the mail goes without names.
    """
    people = {"From": sender, "To": to} | ({"Reply-To": reply_to} if reply_to else {})
    for with_names in (True, False):
        message = _message(words, people, message_id, at, language, with_names)
        if automatic:
            # Nobody's absence note shall answer (RFC 3834, section 5; the second is Microsoft's).
            message["Auto-Submitted"] = "auto-generated"
            message["X-Auto-Response-Suppress"] = "All"
        content = message.as_bytes()
        if _reads_as(content, message):
            return Mail(mail_address(returns_to or sender.address), mail_address(to.address), content)
    raise UnsafeMail("its headers do not read as they were written")


def _message(
    words: Rendered, people: dict[str, Person], message_id: str, at: datetime, language: str, with_names: bool
) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    for header, person in people.items():
        name = header_text(person.name, 60) if with_names else ""
        message[header] = Address(display_name=name, addr_spec=mail_address(person.address))
    message["Subject"] = header_text(words.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message.set_content(words.text)
    message.add_alternative(words.html, subtype="html")
    message["Content-Language"] = language  # the two lines above drop every header of this name's family
    return message


def _reads_as(content: bytes, meant: EmailMessage) -> bool:
    """Return whether the bytes, read as a receiver would, have the headers that were meant and no other."""
    read = BytesParser(policy=policy.default).parsebytes(content)
    if read.defects or Counter(map(str.lower, read.keys())) != Counter(map(str.lower, meant.keys())):
        return False
    addresses = ("From", "To", "Reply-To")
    same_people = all(_people(read, header) == _people(meant, header) for header in addresses)
    plain = ("Subject", "Message-ID", "Auto-Submitted")
    return same_people and all(_letters(str(read[header])) == _letters(str(meant[header])) for header in plain)


def _people(message: EmailMessage, header: str) -> list[tuple[str, str]]:
    found = message[header]
    return [(_letters(entry.display_name), entry.addr_spec) for entry in found.addresses] if found is not None else []


def _letters(text: str) -> str:
    # Python 3.11 reads a space between two encoded words that a long name was folded into (RFC 2047, 6.2, has none).
    return text.replace(" ", "")

"""Reading a mail that anybody may have written: its headers, its text, its files. Nothing of it is believed here.

The standard library's parser fails on some mails with errors of every kind, and stops at nothing on others. So each
header and each part is read on its own, and what is too deep, too many or too much is refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses

from services.notifications.channels.addresses import BadAddress, mail_address
from services.notifications.inbound.html_text import html_text
from services.notifications.rendering.message import plain

MAX_PARTS, MAX_DEPTH = 200, 20
MAX_TEXT = 1024 * 1024
"""Of the text of a mail no more is read."""
MAX_FILES = 25
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")
REFUSED_CHARSETS = {"utf-7", "utf7", "unicode-1-1-utf-7", "utf-16", "utf-32", "idna", "punycode", "unicode_escape"}
"""No mail program sends them, and what a filter reads in them is not what a person sees (RFC 2152 is obsolete)."""
HIDDEN = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF, 0xFFFC, *range(0xD800, 0xE000)])
"""What turns or hides the letters around it, and what is half a letter."""
LOST = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Unreadable(ValueError):
    """The mail cannot be read as one; `str` is the reason's code."""


@dataclass(frozen=True)
class File:
    """A file that came with a mail."""

    name: str
    content: bytes


@dataclass
class ReadMail:
    """What a mail holds. `message` is the parsed mail, for who asks for other headers."""

    message: Message
    message_id: str = ""
    subject: str = ""
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    text: str = ""
    files: list[File] = field(default_factory=list)
    files_beyond: list[str] = field(default_factory=list)
    """The names of files beyond the number that is taken."""

    def header(self, name: str) -> str:
        """Return a header on one line, empty where it is missing or cannot be read."""
        return header(self.message, name)


def read(content: bytes) -> ReadMail:
    """Return what a mail holds; raise `Unreadable`."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
        parts = list(_parts(message))
    except (Unreadable, RecursionError):
        raise Unreadable("too_complex") from None
    except Exception as error:  # the parser's own faults, which differ with Python's versions
        raise Unreadable("unreadable") from error
    mail = ReadMail(message, message_id=header(message, "Message-ID")[:998], subject=header(message, "Subject")[:200])
    mail.senders = addresses(message, ("From",))
    mail.recipients = addresses(message, RECIPIENTS)
    _read_parts(mail, parts)
    return mail


def header(message: Message, name: str) -> str:
    """Return a header on one line, empty where it is missing or cannot be read."""
    try:
        value = str(message.get(name) or "")
    except Exception:  # a header that the parser itself trips over; the others are still good
        value = ""
    return " ".join(plain(value).split())


def addresses(message: Message, names: Iterable[str]) -> list[str]:
    """Return the addresses in all headers of these names, in lower case; what is no address is left out."""
    raw = [_raw(value) for name in names for value in _all(message, name)]
    found = []
    for _name, address in getaddresses(raw):
        with suppress(BadAddress):
            found.append(mail_address(address).casefold())
    return found


def _all(message: Message, name: str) -> list[object]:
    # The raw values: a parsed header decodes an encoded word inside an address (threat 16).
    wanted = name.lower()
    return [value for key, value in message.raw_items() if key.lower() == wanted]


def _raw(value: object) -> str:
    return str(value).replace("\r", " ").replace("\n", " ")[:20_000]


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the leaves of a mail; a mail inside the mail is one leaf."""
    if depth > MAX_DEPTH:
        raise Unreadable("too_complex")
    if not message.is_multipart() or message.get_content_maintype() == "message":
        yield message
        return
    count = 0
    for part in message.get_payload():
        assert isinstance(part, Message)
        for leaf in _parts(part, depth + 1):
            count += 1
            if count > MAX_PARTS:
                raise Unreadable("too_complex")
            yield leaf


def _read_parts(mail: ReadMail, parts: list[Message]) -> None:
    plains: list[str] = []
    htmls: list[str] = []
    for part in parts:
        kind, name = part.get_content_type(), _file_name(part)
        is_file = part.get_content_disposition() == "attachment" or (name and kind not in ("text/plain", "text/html"))
        if kind in ("text/plain", "text/html") and not is_file:
            (plains if kind == "text/plain" else htmls).append(_text(part))
        elif not _is_decoration(part, is_file=bool(is_file)):
            _keep_file(mail, part, name)
    text = "\n\n".join(entry for entry in plains if entry.strip())
    if not text.strip():
        text = "\n\n".join(html_text(entry) for entry in htmls)
    mail.text = readable(text[:MAX_TEXT])


def _is_decoration(part: Message, *, is_file: bool) -> bool:
    """Return whether a part is none of the sender's files: a picture that the text shows, a signature, a notice."""
    kind = part.get_content_type()
    if kind in ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"):
        return True
    if kind in ("text/calendar", "message/delivery-status", "text/rfc822-headers", "text/x-amp-html"):
        return not is_file
    return kind.startswith("image/") and bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"


def _keep_file(mail: ReadMail, part: Message, name: str) -> None:
    name = name or f"file.{part.get_content_subtype().rpartition('.')[2][:8]}"
    if len(mail.files) >= MAX_FILES:
        mail.files_beyond.append(name)
        return
    if part.get_content_maintype() == "message":
        content = b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
        name = name if name.endswith(".eml") else f"{name}.eml"
    else:
        content = _bytes(part)
    mail.files.append(File(name, content))


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # parameters that the parser trips over
        return "file"
    return " ".join(plain(str(name)).split())[:200]


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    charset = (part.get_content_charset() or "utf-8").strip().lower()
    if charset in REFUSED_CHARSETS:
        raise Unreadable("charset")
    content = _bytes(part)[: 4 * MAX_TEXT]
    if charset in ("us-ascii", "ascii", "utf-8"):
        # Programs that send no charset, or the wrong one, write Latin letters nearly always.
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return content.decode("cp1252", "replace")
    try:
        return content.decode("cp1252" if charset == "iso-8859-1" else charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def readable(text: str) -> str:
    """Return text as a thread keeps it: one kind of line end, composed letters, nothing that turns or hides others."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for mark in ("\u2028", "\u2029", "\u0085"):
        lines = lines.replace(mark, "\n")
    lines = LOST.sub("", lines).replace("\u00a0", " ")
    return lines.translate(HIDDEN)


__all__ = ["EmailMessage", "File", "ReadMail", "Unreadable", "addresses", "header", "read", "readable"]

"""Mails in a mailbox elsewhere, fetched by IMAP over TLS: unseen ones are taken in, then marked as seen.

A crash in between fetches a mail again, which its row recognises.
"""

import imaplib
import ssl
from collections.abc import Callable

from services.chassis import observability
from services.chassis.runtime import Runtime
from services.notifications.inbound.imap_mailbox import Mailbox
from services.notifications.inbound.taking import take

SECONDS = 30
AT_ONCE = 50
log = observability.logger(__name__)


Connect = Callable[[Mailbox], imaplib.IMAP4]


def connect(mailbox: Mailbox) -> imaplib.IMAP4:
    """Return an encrypted connection whose certificate was checked."""
    trusted = ssl.create_default_context()
    if not mailbox.starttls:
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=trusted, timeout=SECONDS)
    connection = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=SECONDS)
    connection.starttls(trusted)
    return connection


def fetch(runtime: Runtime, url: str, connecting: Connect = connect) -> int:
    """Take in what is unseen and return how many mails that were; a server that does not answer is asked later."""
    mailbox = Mailbox.parse(url)
    try:
        connection = connecting(mailbox)
    except OSError as error:
        log.warning("imap_unreachable", host=mailbox.host, error_type=type(error).__name__)
        return 0
    try:
        with connection:
            connection.login(mailbox.user, mailbox.password)
            connection.select(f'"{mailbox.folder}"')
            return sum(_take(runtime, connection, uid) for uid in _unseen(connection))
    except (imaplib.IMAP4.error, OSError) as error:
        # Without its text: a server may quote what was sent to it.
        log.error("imap_failed", host=mailbox.host, error_type=type(error).__name__)
        return 0


def _unseen(connection: imaplib.IMAP4) -> list[str]:
    _status, found = connection.uid("SEARCH", "UNSEEN")
    return (found[0] or b"").decode("ascii").split()[:AT_ONCE] if found else []


def _take(runtime: Runtime, connection: imaplib.IMAP4, uid: str) -> int:
    _status, parts = connection.uid("FETCH", uid, "(BODY.PEEK[])")
    content = next((part[1] for part in parts if isinstance(part, tuple)), None)
    if content is None:
        return 0  # removed meanwhile
    take(runtime, content, "imap")
    connection.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)")
    return 1

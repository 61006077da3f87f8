"""Mail over SMTP (RFC 5321): one connection for many mails, time-outs everywhere, and what each answer means.

A refusal of this mail (5yz to its recipient or its content) is final. Everything else, an answer 4yz, a server that
is away, breaks off or refuses everybody, is a matter of time: the mail is tried again.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from services.notifications.channels.mail import Mail
from services.notifications.messages.actions import Outcome

TIMEOUT = 60.0
DEADLINE = 300.0
"""One mail never takes longer, however slowly a server drips its answers. Shorter than a message's lease."""
FRESH = 30.0
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """Where mail goes: `smtp://` (encrypted if offered), `smtp+starttls://` or `smtps://` (encrypted and verified)."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Return the server of a URL; raise `ValueError` that says what is wrong with it."""
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError("must be capture or smtp://, smtp+starttls:// or smtps:// and a host")
        if parts.password and parts.scheme == "smtp":
            raise ValueError("would send its password in the clear; use smtp+starttls:// or smtps://")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, parts.port or SCHEMES[parts.scheme], user, password)


class SmtpChannel:
    """Sends mails to `server`. It belongs to one thread."""

    def __init__(self, server: Server, *, own_name: str, timeout: float = TIMEOUT, deadline: float = DEADLINE) -> None:
        self._server, self._own_name = server, own_name
        self._timeout, self._deadline = timeout, deadline
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0

    def send(self, mail: Mail) -> Outcome:
        """Send one mail and return what became of it."""
        try:
            connection = self._open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("temporary_failure", f"The mail server cannot be used: {_said(error)}")
        try:
            with self._bounded(connection):
                outcome = self._transmit(connection, mail)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("temporary_failure", f"The connection broke: {_said(error)}")
        self._used_at = time.monotonic()
        if outcome.result != "delivered":
            self._reset(connection)
        return outcome

    def close(self) -> None:
        """Leave the server."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException), self._bounded(connection, 5):
                connection.quit()
            connection.close()

    def _transmit(self, connection: smtplib.SMTP, mail: Mail) -> Outcome:
        code, answer = connection.mail(mail.sender)
        if code != 250:  # it is us whom they do not want: no recipient's fault
            return Outcome("temporary_failure", f"The sender was refused: {_text(code, answer)}")
        code, answer = connection.rcpt(mail.recipient)
        if code not in (250, 251):
            return _refused(code, answer)
        try:
            code, answer = connection.data(mail.content)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, _bytes(error.smtp_error)
        return Outcome("delivered", _text(code, answer)) if code == 250 else _refused(code, answer)

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None and self._is_alive(self._connection):
            return self._connection
        self.close()
        self._connection = connection = self._make()
        with self._bounded(connection):
            connection.connect(self._server.host, self._server.port)
            connection.ehlo_or_helo_if_needed()
            self._encrypt(connection)
            if self._server.user:
                connection.login(self._server.user, self._server.password)
        return connection

    def _make(self) -> smtplib.SMTP:
        # Not connected by the constructor, whose wait for the greeting nothing would bound. It then does not learn
        # the host's name either, which TLS needs.
        connection: smtplib.SMTP
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            connection = smtplib.SMTP_SSL(local_hostname=self._own_name, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(local_hostname=self._own_name, timeout=self._timeout)
        connection._host = self._server.host  # type: ignore[attr-defined]
        return connection

    def _encrypt(self, connection: smtplib.SMTP) -> None:
        if self._server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        elif self._server.scheme == "smtp" and connection.has_extn("starttls"):
            # As mail servers do among themselves (RFC 7435): better unverified than in the clear.
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection.starttls(context=context)
            connection.ehlo()

    def _is_alive(self, connection: smtplib.SMTP) -> bool:
        if time.monotonic() - self._used_at < FRESH:
            return True
        try:
            with self._bounded(connection, 10):
                return connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            with self._bounded(connection, 10):
                connection.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    @contextlib.contextmanager
    def _bounded(self, connection: smtplib.SMTP, seconds: float | None = None) -> Iterator[None]:
        # A socket's time-out counts from the last byte; a server that drips them would hold us for ever.
        timer = threading.Timer(seconds or self._deadline, _cut, [connection])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _cut(connection: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _refused(code: int, answer: bytes) -> Outcome:
    final = 500 <= code < 600
    return Outcome("permanent_failure" if final else "temporary_failure", _text(code, answer))


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_code, _bytes(error.smtp_error))
    return f"{type(error).__name__}: {error}"[:300]


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _text(code: int, answer: bytes) -> str:
    return f"{code} {answer.decode('utf-8', 'replace')}"[:300]

"""A real SMTP server on a port of its own, whose answers a test sets."""

import socket
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from aiosmtpd.controller import Controller


def parsed(content: bytes) -> EmailMessage:
    """Return a mail as a receiver reads it."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


class SmtpServer:
    """Keeps what it accepts in `mails`. `rcpt` and `data` are its answers, in order; after them it says 250.

    `drop` as an answer to data breaks the connection after the mail was taken.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.mail: list[str] = []
        self.sessions: set[int] = set()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer[0] == "2":
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.sessions.add(id(session))
        answer = self.data.pop(0) if self.data else "250 OK queued"
        if answer[0] == "2" or answer == "drop":
            self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if answer == "drop":
            server.transport.abort()
        return answer


class Dripper:
    """A server that accepts and then says one byte every now and then, for ever."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._ended = False

    def run(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            while not self._ended:
                try:
                    connection.sendall(b"2")
                except OSError:
                    return
                time.sleep(0.1)

    def close(self) -> None:
        self._ended = True
        self._socket.close()

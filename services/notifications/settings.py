"""Settings of the notifications service."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import FileAwareEnv
from marshmallow import ValidationError
from marshmallow.validate import Range

from services.chassis.settings import Settings
from services.notifications.channels.addresses import BadAddress, mail_address
from services.notifications.channels.sms import check_gateway
from services.notifications.channels.smtp import Server
from services.notifications.inbound.imap_mailbox import Mailbox

CAPTURE = "capture"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass
class NotificationsSettings(Settings):
    """What only notifications needs to know.

    `mail` is `capture` or the URL of an SMTP server, `sms` is `capture` or the URL of a gateway, `mail_from` the
    address that mails come from. Answers by mail go to `reply_address`, where there is one; such a mail has
    `reply_limit` bytes at most, answers what is `reply_days` old at most, and is fetched from `reply_maildir` or
    `reply_imap` or brought by who knows `reply_secret`. The development mailbox can be read by anyone where `capture`
    is on; unless ATRIO_CAPTURE says so, that is only where the portal is reached by a loopback address.
    """

    mail: str = CAPTURE
    sms: str = CAPTURE
    mail_from: str = ""
    reply_address: str = ""
    reply_days: float = 180
    reply_limit: int = 35 * 1024 * 1024
    reply_maildir: Path | None = None
    reply_imap: str = ""
    reply_secret: str = ""

    def read(self, env: FileAwareEnv) -> None:
        self.mail = env.str("ATRIO_MAIL", CAPTURE, validate=_mail_server)
        self.sms = env.str("ATRIO_SMS", CAPTURE, validate=_sms_gateway)
        self.mail_from = env.str("ATRIO_MAIL_FROM", "", validate=_address)
        self.reply_address = env.str("ATRIO_REPLY_ADDRESS", "", validate=_short_address)
        self.reply_days = env.float("ATRIO_REPLY_DAYS", 180.0, validate=Range(min=1))
        self.reply_limit = env.int("ATRIO_REPLY_LIMIT", 35 * 1024 * 1024, validate=Range(min=1024))
        folder = env.str("ATRIO_REPLY_MAILDIR", "")
        self.reply_maildir = Path(folder) if folder else None
        self.reply_imap = env.str("ATRIO_REPLY_IMAP", "", validate=_mailbox)
        self.reply_secret = env.str("ATRIO_REPLY_SECRET", "", validate=_secret)

    def complete(self) -> None:
        super().complete()
        self.mail_from = self.mail_from or f"no-reply@{self.public_host}"
        if not os.environ.get("ATRIO_CAPTURE"):
            self.capture = self.public_host in LOOPBACK
        if self.capture and self.mail == CAPTURE and self.public_host in LOOPBACK:
            # So that whoever tries Atrio out can answer a mail in /dev/mailbox.
            self.reply_address = self.reply_address or f"reply@{self.public_host}"

    @property
    def public_host(self) -> str:
        """The host of the portal's public address."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def mailbox(self) -> Path:
        """Where captured messages are kept."""
        return self.data / "mailbox"


def _mail_server(value: str) -> None:
    if value != CAPTURE:
        _checked(Server.parse, value)


def _sms_gateway(value: str) -> None:
    if value != CAPTURE:
        _checked(check_gateway, value)


def _address(value: str) -> None:
    if value:
        try:
            mail_address(value)
        except BadAddress as error:
            raise ValidationError(str(error)) from None


def _short_address(value: str) -> None:
    _address(value)
    if len(value.partition("@")[0]) > 16:
        raise ValidationError("what stands before the @ has 16 characters at most, as a token follows it")


def _mailbox(value: str) -> None:
    if value:
        _checked(Mailbox.parse, value)


def _secret(value: str) -> None:
    if value and len(value) < 16:
        raise ValidationError("use 16 characters at least")


def _checked(check: object, value: str) -> None:
    assert callable(check)
    try:
        check(value)
    except ValueError as error:
        raise ValidationError(str(error)) from None

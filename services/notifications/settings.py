"""Settings of the notifications service."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import FileAwareEnv
from marshmallow import ValidationError

from services.chassis.settings import Settings
from services.notifications.channels.addresses import BadAddress, mail_address
from services.notifications.channels.sms import check_gateway
from services.notifications.channels.smtp import Server

CAPTURE = "capture"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass
class NotificationsSettings(Settings):
    """What only notifications needs to know.

    `mail` is `capture` or the URL of an SMTP server, `sms` is `capture` or the URL of a gateway, `mail_from` the
    address that mails come from. The development mailbox can be read by anyone where `capture` is on; unless
    ATRIO_CAPTURE says so, that is only where the portal is reached by a loopback address.
    """

    mail: str = CAPTURE
    sms: str = CAPTURE
    mail_from: str = ""

    def read(self, env: FileAwareEnv) -> None:
        self.mail = env.str("ATRIO_MAIL", CAPTURE, validate=_mail_server)
        self.sms = env.str("ATRIO_SMS", CAPTURE, validate=_sms_gateway)
        self.mail_from = env.str("ATRIO_MAIL_FROM", "", validate=_address)

    def complete(self) -> None:
        super().complete()
        self.mail_from = self.mail_from or f"no-reply@{self.public_host}"
        if not os.environ.get("ATRIO_CAPTURE"):
            self.capture = self.public_host in LOOPBACK

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


def _checked(check: object, value: str) -> None:
    assert callable(check)
    try:
        check(value)
    except ValueError as error:
        raise ValidationError(str(error)) from None

"""The loops that send what leaves the house.

A message is claimed in one transaction, sent without any, and settled in another. So a crash between sending and
settling sends it once more when its lease is over: at least once, and at most one extra copy a crash. Every copy has
the same Message-ID.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from services.chassis import clock, observability
from services.chassis.runtime import Runtime
from services.chassis.service import Sender
from services.notifications.channels.addresses import BadAddress
from services.notifications.channels.capture import Capture
from services.notifications.channels.mail import Mail, Person, UnsafeMail, build
from services.notifications.channels.sms import SmsGateway
from services.notifications.channels.smtp import Server, SmtpChannel
from services.notifications.directory.queries import Firm, account_name, firm
from services.notifications.inbound.reply_addresses import reply_address
from services.notifications.inbound.threads import thread_of
from services.notifications.kinds import KINDS
from services.notifications.messages import actions
from services.notifications.messages.actions import Outcome
from services.notifications.messages.models import Message
from services.notifications.rendering.message import Reader, render_mail, render_sms
from services.notifications.settings import CAPTURE, NotificationsSettings

log = observability.logger(__name__)


@dataclass(frozen=True)
class Task:
    """One message to send, with what is needed to word it."""

    message: Message
    firm: Firm
    account: str
    settings: NotificationsSettings
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """What names this message to the outside: the same at every attempt, another when staff sends it again."""
        again = f"-{self.message.round}" if self.message.round > 1 else ""
        return f"{self.message.id}{again}"

    @property
    def reader(self) -> Reader:
        return Reader(self.message.to_name, self.message.locale, self.message.timezone)

    @property
    def values(self) -> dict[str, Any]:
        """What the template may name: the message's own data, its opened secrets, and what is known only now."""
        known: dict[str, Any] = {"account": self.account}
        if expires_at := self.message.expires_at:
            left = expires_at - clock.now()
            known |= {"expires_at": expires_at.isoformat(), "expires_on": expires_at.isoformat()}
            known["minutes"] = max(1, ceil(left / timedelta(minutes=1)))
        return {**known, **self.message.data, **{k: v for k, v in self.secrets.items() if k != "link"}}

    @property
    def url(self) -> str:
        """Where the button leads: the sealed link, else our own public address and the message's path."""
        return self.secrets.get("link") or (
            f"{self.settings.public_url}{self.message.path}" if self.message.path else ""
        )


class Transport(Protocol):
    """A way out for one channel."""

    def send(self, task: Task) -> Outcome: ...

    def close(self) -> None: ...


class MailTransport:
    """Mails, to the SMTP server of the settings or into the capture."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self._smtp: SmtpChannel | None = None
        self._capture = Capture(settings.mailbox)
        if settings.mail != CAPTURE:
            self._smtp = SmtpChannel(Server.parse(settings.mail), own_name=settings.public_host)

    def send(self, task: Task) -> Outcome:
        try:
            mail = self.make(task)
        except BadAddress as error:
            return Outcome("permanent_failure", f"The address cannot be used: {error}")
        return self._smtp.send(mail) if self._smtp else self._capture.keep_mail(mail, task.reference)

    @staticmethod
    def make(task: Task) -> Mail:
        """Return the mail of a task; raise `BadAddress` or `UnsafeMail`."""
        house, settings = task.firm, task.settings
        words = render_mail(
            house, task.reader, task.message.kind, task.values, url=task.url, public_url=settings.public_url
        )
        return build(
            words,
            sender=Person(house.firm_name, settings.mail_from),
            to=Person(task.message.to_name, task.message.to_address),
            reply_to=_reply_to(task),
            returns_to=_own_address(task),
            automatic=KINDS[task.message.kind].reply_to is None,
            message_id=f"<{task.reference}@{settings.public_host}>",
            at=task.message.created_at,
            language=task.reader.language,
        )

    def close(self) -> None:
        if self._smtp:
            self._smtp.close()


def _own_address(task: Task) -> str | None:
    """Return the address that names this very message: what comes back goes there, and an answer to its thread."""
    settings = task.settings
    return reply_address(settings.reply_address, settings.key, task.message.id) if settings.reply_address else None


def _reply_to(task: Task) -> Person | None:
    """Return who gets the answers: who wrote, where a person did; the message's thread; else the firm."""
    if names := KINDS[task.message.kind].reply_to:
        return Person(*(str(task.message.data[name]) for name in names))
    if thread_of(task.message) and (address := _own_address(task)):
        return Person(task.firm.firm_name, address)
    return Person(task.firm.firm_name, task.firm.email) if task.firm.email else None


class SmsTransport:
    """SMS, to the gateway of the settings or into the capture."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self._gateway = None if settings.sms == CAPTURE else SmsGateway(settings.sms)
        self._capture = Capture(settings.mailbox)

    def send(self, task: Task) -> Outcome:
        message, host = task.message, task.settings.public_host
        text = render_sms(
            task.firm, task.reader, message.kind, task.values, host=host, link=task.secrets.get("link", "")
        )
        if self._gateway:
            return self._gateway.send(message.to_address, text, task.reference)
        return self._capture.keep_sms(message.to_address, text, task.reference)

    def close(self) -> None:
        if self._gateway:
            self._gateway.close()


class ChannelSender:
    """Sends the messages of one channel, one after another. The way out stays open while there is work."""

    def __init__(self, channel: str, transport: type[MailTransport] | type[SmsTransport]) -> None:
        self._channel, self._transport = channel, transport
        self._open: WeakKeyDictionary[Runtime, Transport] = WeakKeyDictionary()

    def __call__(self, runtime: Runtime) -> bool:
        """Send the next message that is due; return whether there was one."""
        task = self._claim(runtime)
        if task is None:
            self._close(runtime)
            return False
        message = task.message
        outcome = self._send(runtime, task)
        with runtime.database.unit_of_work() as session:
            actions.settle(session, message.id, message.tries, outcome)
        log.info(
            "message_attempted",
            message=str(message.id),
            kind=message.kind,
            channel=self._channel,
            attempt=message.tries,
            result=outcome.result,
            detail=outcome.detail,
        )
        return True

    def _close(self, runtime: Runtime) -> None:
        if transport := self._open.pop(runtime, None):
            transport.close()

    def _claim(self, runtime: Runtime) -> Task | None:
        settings = runtime.settings
        assert isinstance(settings, NotificationsSettings)
        with runtime.database.reading() as session:
            if not actions.is_due(session, self._channel):
                return None
        with runtime.database.unit_of_work() as session:
            message = actions.claim(session, self._channel)
            if message is None:
                return None
            return Task(message, firm(session), account_name(session, message.account_id), settings)

    def _send(self, runtime: Runtime, task: Task) -> Outcome:
        message = task.message
        if message.expires_at and message.expires_at <= clock.now():
            return Outcome("permanent_failure", "Not valid any more before it could be sent")
        if message.kind not in KINDS:
            return Outcome("technical_failure", f"There is no kind of message {message.kind!r}")
        secrets: dict[str, str] = {}
        try:
            # Opened here and nowhere before: a code or link is never at rest unsealed.
            secrets |= {name: runtime.sealer.open(sealed) for name, sealed in message.sealed.items()}
            if runtime not in self._open:
                self._open[runtime] = self._transport(task.settings)
            outcome = self._open[runtime].send(replace(task, secrets=secrets))
        except UnsafeMail as error:
            outcome = Outcome("technical_failure", f"The mail would not be safe to send: {error}")
        except Exception as error:  # whatever is wrong with one message, the others must go on
            self._close(runtime)
            # Without the error's text: it may quote what it failed on.
            log.error("message_not_made", message=str(message.id), kind=message.kind, error_type=type(error).__name__)
            outcome = Outcome("technical_failure", f"The message could not be made: {type(error).__name__}")
        return Outcome(outcome.result, _without(outcome.detail, secrets))


def _without(detail: str | None, secrets: dict[str, str]) -> str | None:
    """Return what the other side said without the secrets that it may have quoted."""
    for secret in secrets.values():
        detail = detail.replace(secret, "[secret]") if detail else detail
    return detail


SENDERS = (Sender("email", ChannelSender("email", MailTransport)), Sender("sms", ChannelSender("sms", SmsTransport)))

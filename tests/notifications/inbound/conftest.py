"""A firm that takes answers by mail, and a message of it that Ana got."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.notifications.inbound.models import InboundMail
from services.notifications.inbound.reply_addresses import reply_address
from services.notifications.inbound.taking import take
from services.notifications.messages.models import Message
from tests.notifications.house import House

BASE = "reply@portal.example"


class Post:
    """The firm's mail room: who was written to, and how answers come in."""

    def __init__(self, house: House) -> None:
        self.house, self.thread_id = house, new_id()
        by = {"kind": "staff", "id": str(house.lucia.id), "name": house.lucia.name}
        house.deliver(
            "portal.message.posted.v1",
            {"id": str(self.thread_id), "message_id": str(new_id()), "by": by, "title": "Furgoneta nueva"},
        )
        (self.message,) = house.messages(user_id=house.ana.id)

    def address(self, message: Message | None = None) -> str:
        """Return the address for answers to a message, that which Ana got unless another is given."""
        return reply_address(BASE, self.house.harness.runtime.settings.key, (message or self.message).id)

    def staff_message(self) -> Message:
        """Return a message to Lucía about something that Ana wrote in the same thread."""
        data = {"id": str(self.thread_id), "message_id": str(new_id()), "by": self.house.ana.person}
        data |= {"assignee_id": str(self.house.lucia.id), "title": "Furgoneta nueva"}
        self.house.deliver("portal.message.posted.v1", data)
        (message,) = self.house.messages(kind="conversation_message_received", user_id=self.house.lucia.id)
        return message

    def mail(self, text: str = "El martes me va bien.", **headers: str) -> bytes:
        """Return a plain answer; `headers` are laid over Ana's."""
        given = {"From": self.house.ana.email, "To": self.address(), "Message_ID": f"<{new_id()}@mail.example>"}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in (given | headers).items() if value]
        return ("\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text])).encode()

    def take(self, content: bytes) -> InboundMail:
        return take(self.house.harness.runtime, content, "webhook")

    def told(self, kind: str = "mail_reply_refused") -> list[Message]:
        """Return what was queued to say what became of an answer."""
        return self.house.messages(kind=kind)

    def received(self) -> list[Any]:
        """Pass on what came in and return the events that say so."""
        self.house.harness.run_sender("inbound")
        return self.house.harness.recorded("notifications.mail.received.v1")

    def row(self, id: UUID) -> InboundMail:
        with self.house.harness.database.reading() as session:
            found: InboundMail = session.get(InboundMail, id)
            return found


@pytest.fixture
def post(open_house: Callable[..., House]) -> Post:
    """The mail room of a firm that takes answers by mail."""
    return Post(open_house(ATRIO_REPLY_ADDRESS=BASE, ATRIO_REPLY_SECRET="a secret of the mail server"))

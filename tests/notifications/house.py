"""A firm with one client and some staff, as the service knows them from events; and ways to look at what it sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from services.notifications.mailbox.queries import captured, captured_message
from services.notifications.messages.models import Attempt, Message
from services.notifications.notices.models import Notice


@dataclass(frozen=True)
class User:
    """A person as events name them."""

    id: UUID
    kind: str
    name: str
    email: str

    @property
    def person(self) -> dict[str, str]:
        return {"kind": self.kind, "id": str(self.id), "name": self.name}


class House:
    """Marín & Costa, its client Talleres Acosta with Ana, and its staff: Lucía (owner), Tomás (agent)."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.account_id = new_id()
        harness.deliver("portal.settings.saved.v1")
        self.save_account()
        self.ana = self.add_client("Ana Acosta", "ana@talleresacosta.example", "es")
        self.lucia = self.add_staff("Lucía Marín", "lucia@marincosta.example", "owner")
        self.tomas = self.add_staff("Tomás Ruiz", "tomas@marincosta.example", "agent")

    def save_account(self, adviser_id: UUID | None = None, version: int = 1) -> None:
        values = {"id": str(self.account_id), "name": "Talleres Acosta", "version": version}
        self.harness.deliver(
            "portal.account.saved.v1", values | {"adviser_id": str(adviser_id) if adviser_id else None}
        )

    def add_client(
        self, name: str, email: str, locale: str = "en", *, status: str = "active", account_id: UUID | None = None
    ) -> User:
        ref = {"account_id": str(account_id or self.account_id), "contact_id": str(new_id()), "role": "owner"}
        return self._add("client", name, email, locale, status=status, accounts=[ref], role=None)

    def add_staff(self, name: str, email: str, role: str, locale: str = "en") -> User:
        return self._add("staff", name, email, locale, status="active", accounts=[], role=role)

    def _add(self, kind: str, name: str, email: str, locale: str, **more: Any) -> User:
        user = User(new_id(), kind, name, email)
        data = {"id": str(user.id), "kind": kind, "name": name, "email": email, "locale": locale, "version": 1}
        self.harness.deliver("identity.user.saved.v1", data | more)
        return user

    def browser(self, user: User, **claims: Any) -> Browser:
        if user.kind == "staff":
            return self.harness.staff(id=user.id, name=user.name, **claims)
        return self.harness.client(self.account_id, id=user.id, name=user.name, **claims)

    def deliver(self, type: str, data: dict[str, Any] | None = None) -> Any:
        """Deliver an event about this house's client."""
        return self.harness.deliver(type, {"account_id": str(self.account_id)} | (data or {}))

    def invite(self, link: str = "https://portal.example/invitation/SECRET-TOKEN", **data: Any) -> Any:
        """Deliver an invitation for a new person."""
        values = {"id": str(new_id()), "link": self.harness.seal(link), "expires_at": "2126-11-27T09:30:00+00:00"}
        return self.harness.deliver("identity.user.invited.v1", values | data)

    def share(self, **data: Any) -> Any:
        """Deliver that Lucía shared a document."""
        return self.deliver("documents.document.shared.v1", {"shared_by": self.lucia.person} | data)

    def send(self) -> int:
        """Let both senders run until nothing is due; return how many messages they attempted."""
        return self.harness.run_sender("email") + self.harness.run_sender("sms")

    def messages(self, **wanted: Any) -> list[Message]:
        """Return the messages that have these values, in order."""
        return [row for row in self._rows(Message) if all(getattr(row, name) == v for name, v in wanted.items())]

    def attempts(self) -> list[Attempt]:
        return list(self._rows(Attempt))

    def notices(self) -> list[Notice]:
        return list(self._rows(Notice))

    def _rows(self, model: Any) -> Iterable[Any]:
        with self.harness.database.reading() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def told(self) -> set[tuple[str, str]]:
        """Return who was mailed what: addresses and kinds of all messages."""
        return {(row.to_address, row.kind) for row in self._rows(Message)}

    def captured(self) -> list[dict[str, Any]]:
        """Return the captured messages, whole, the earliest first."""
        folder = self.harness.runtime.settings.mailbox
        return [captured_message(folder, entry["id"]) for entry in captured(folder)[::-1]]

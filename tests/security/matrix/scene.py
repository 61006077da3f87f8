"""A service with a client, a stranger, the firm's people, and a real thing for each route with an id in its path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.chassis.auth import PROOF_SECONDS
from services.chassis.clock import now
from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.security.matrix.callers import Of, Who


@dataclass(frozen=True)
class Call:
    """How a route is called: what stands in its path, and what is sent."""

    values: Mapping[str, Any] = field(default_factory=dict)
    sends: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Thing:
    """What stands behind a route: whose it is, and a function that makes it and says how it is called."""

    of: Of
    call: Callable[[], Call]


@dataclass(frozen=True)
class Party:
    """One client: the account, its owner's contact and user, and the user of everybody else there."""

    account_id: UUID = field(default_factory=new_id)
    contact_id: UUID = field(default_factory=new_id)
    user_id: UUID = field(default_factory=new_id)
    colleague_id: UUID = field(default_factory=new_id)


@dataclass
class Scene:
    """A service under test. `things` has one for each `METHOD rule`, or for a rule whatever the method.

    `secrets` are texts that no answer to a stranger may contain. `staff_ids` are by role; `sessions` by user.
    """

    harness: Harness
    own: Party
    foreign: Party
    things: dict[str, Thing] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    staff_ids: dict[str, UUID] = field(default_factory=dict)
    sessions: dict[UUID, UUID] = field(default_factory=dict)

    def thing(self, method: str, rule: str) -> Thing | None:
        """Return what stands behind a route, None for none that was registered."""
        return self.things.get(f"{method} {rule}") or self.things.get(rule)

    def browser(self, who: Who) -> Browser:
        """Return a caller of that kind."""
        if who.kind == "client":
            return self._client(who)
        if who.kind == "staff":
            id = self.staff_ids.get(who.role) or new_id()
            permissions = who.permissions or {"none.at_all"}
            return self.harness.staff(*permissions, id=id, assigned_only=who.assigned_only, **self._claims(who, id))
        return self.harness.peer(who.role) if who.kind == "service" else self.harness.anyone()

    def _client(self, who: Who) -> Browser:
        party = self.own if who.own else self.foreign
        is_owner = who.role == "owner"
        id = party.user_id if is_owner else party.colleague_id
        contact = party.contact_id if is_owner else new_id()
        claims = self._claims(who, id)
        if who.views:
            claims |= {"acting": {"id": str(new_id()), "name": "Lucía Marín"}, "read_only": True}
        return self.harness.client(party.account_id, contact_id=contact, id=id, role=who.role, **claims)

    def _claims(self, who: Who, id: UUID) -> dict[str, Any]:
        claims: dict[str, Any] = {"sid": str(self.sessions[id])} if id in self.sessions else {}
        if not who.proved:
            claims["auth_time"] = int(now().timestamp()) - PROOF_SECONDS - 60
        return claims


def given(of: Of, values: Mapping[str, Any] | None = None, **sends: Any) -> Thing:
    """Return a thing that is there already."""
    return Thing(of, lambda: Call(values or {}, sends))

"""The bus: carries events from the outbox of one service to the inboxes of those that listen.

It delivers at least once and in any order. What it cannot deliver it keeps; it never retries by itself: that is
the inbox's work. `open_bus` is the only place that looks at the scheme of the address.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.chassis.wake import Stop

MAX_BATCH = 1000
"""How many messages may be on their way to the bus without an answer."""


class BusUnavailable(Exception):
    """The bus cannot be reached or does not answer now; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way: its id, its type (the routing key) and its envelope."""

    event_id: str
    type: str
    body: bytes


@dataclass
class Outcome:
    """What became of a published batch: ids of events that are safe now, and of others with the reason."""

    confirmed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Topology:
    """Who listens to what: the types that each service takes."""

    subscriptions: Mapping[str, Sequence[str]]

    def listeners(self, type: str) -> list[str]:
        """Return the services that take events of `type`."""
        return [service for service, types in self.subscriptions.items() if type in types]

    def digest(self, service: str) -> str:
        """Return a short name for exactly this set of subscriptions of `service`."""
        types = "\n".join(sorted(self.subscriptions[service]))
        return hashlib.sha256(types.encode()).hexdigest()[:16]


def inbox_queue(service: str) -> str:
    """Return the name of the queue from which `service` takes its events."""
    return f"{service}.inbox"


Accept = Callable[[Sequence[Message]], object]
"""Stores a batch for good before it returns. When it raises, the batch is delivered again."""


class Publisher(Protocol):
    """The sending end. It belongs to one thread."""

    def publish(self, batch: Sequence[Message]) -> Outcome:
        """Publish up to `MAX_BATCH` messages and return once each is confirmed or refused.

        A message that somebody listens to and that reached no queue is refused. Raises `BusUnavailable`
        where the bus does not answer: any of the batch may have gone out then.
        """

    def close(self) -> None:
        """Let go of the bus."""


class Bus(Protocol):
    """One bus. Its methods may be called by any thread; what they return belongs to the caller's."""

    def declare(self, topology: Topology, own: str) -> set[str]:
        """Make the queues and bindings of all services, as far as the rights of service `own` go.

        Returns the services whose queue or bindings are neither there nor could be made: what they listen to
        must not be published yet. Raises `BusUnavailable`.
        """

    def publisher(self, topology: Topology, own: str) -> Publisher:
        """Return a sending end for service `own`, which declares the topology when it connects."""

    def receive(self, topology: Topology, service: str, accept: Accept, stop: Stop) -> None:
        """Hand over what arrives for `service`, in batches, until the stop. Raises `BusUnavailable`."""


def open_bus(url: str) -> Bus:
    """Return the bus at `url`: `local:///<file>` or `amqp://...` (`amqps://...`)."""
    scheme, _, rest = url.partition("://")
    if scheme == "local":
        from services.chassis.bus.local import LocalBus

        return LocalBus(rest.removeprefix("/"))
    if scheme in ("amqp", "amqps"):
        from services.chassis.bus.rabbitmq import RabbitBus

        return RabbitBus(url)
    raise ValueError(f"{scheme!r} is no bus that is known here: use local:/// or amqp://")

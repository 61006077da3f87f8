"""The broker's users: each service may do what is its own, and nothing of another's (threat 29)."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from deploy.broker import definitions
from services.chassis.bus import Topology
from services.chassis.bus.rabbitmq import RabbitBus
from services.chassis.testing.servers import control_broker, create_virtual_host
from services.contracts import SUBSCRIPTIONS
from tests.parts import SERVICE_NAMES

pytestmark = pytest.mark.stack
TOPOLOGY = Topology(SUBSCRIPTIONS)


@pytest.fixture(scope="module")
def bus_of() -> Iterator[Callable[[str], RabbitBus]]:
    """Return a function that gives the bus as the user of a service sees it, on a broker set up by `atrio broker`."""
    url = urlsplit(create_virtual_host())
    # Users are the broker's, not the virtual host's: tests that run beside this one know them by these passwords.
    passwords = {name: f"password-of-{name}" for name in SUBSCRIPTIONS}
    control_broker("import_definitions", stdin=json.dumps(definitions(passwords, url.path.removeprefix("/"))))

    def bus(service: str) -> RabbitBus:
        place = f"{service}:{passwords[service]}@{url.netloc.rpartition('@')[2]}"
        return RabbitBus(urlunsplit(url._replace(netloc=place)))

    yield bus
    control_broker("delete_vhost", url.path.removeprefix("/"))


@pytest.fixture(scope="module")
def declared(bus_of: Callable[[str], RabbitBus]) -> Callable[[str], RabbitBus]:
    """The same, after each service's worker has declared what is its own."""
    missing = [bus_of(name).declare(TOPOLOGY, name) for name in SERVICE_NAMES]
    assert missing[-1] == set(), "with its own rights alone, each service makes all that it needs"
    return bus_of


@pytest.fixture
def channel(declared: Callable[[str], RabbitBus]) -> Iterator[BlockingChannel]:
    """A channel of identity's user."""
    with pika.BlockingConnection(declared("identity").parameters) as connection:
        opened = connection.channel()
        opened.confirm_delivery()
        yield opened


def test_a_service_publishes_its_own_events(channel: BlockingChannel) -> None:
    channel.basic_publish("events", "identity.user.saved.v1", b"{}", mandatory=True)


FORBIDDEN: dict[str, Callable[[BlockingChannel], Any]] = {
    "publish another's event": lambda c: c.basic_publish("events", "portal.contact.saved.v1", b"{}", mandatory=True),
    "put into another's queue": lambda c: c.basic_publish("", "portal.inbox", b"{}", mandatory=True),
    "read another's events": lambda c: c.basic_get("portal.inbox"),
    "empty another's queue": lambda c: c.queue_purge("portal.inbox"),
    "delete another's queue": lambda c: c.queue_delete("portal.inbox"),
    "delete the exchange": lambda c: c.exchange_delete("events"),
    "listen to what it does not subscribe to": lambda c: c.queue_bind("identity.inbox", "events", "signing.#"),
    "listen to everything": lambda c: c.queue_bind("identity.inbox", "events", "#"),
    "make a queue of its liking": lambda c: c.queue_declare("portal.spy"),
}


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_a_service_cannot(channel: BlockingChannel, attempt: str) -> None:
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        FORBIDDEN[attempt](channel)


def test_a_password_is_not_stored_as_it_is() -> None:
    made = definitions({"identity": "correct horse battery staple"})
    assert "battery" not in json.dumps(made)
    assert made["users"][0]["tags"] == []

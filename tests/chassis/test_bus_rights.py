"""With a broker user for each service, each can do its own part and nobody else's (threat 29)."""

import base64
import json
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from deploy.broker import definitions
from services.chassis.bus import BusUnavailable, Message, Topology
from services.chassis.bus.rabbitmq import RabbitBus
from services.chassis.testing import servers
from services.chassis.wake import Stop
from services.contracts import SUBSCRIPTIONS
from tests.chassis.messaging import until

pytestmark = pytest.mark.stack
TOPOLOGY = Topology(SUBSCRIPTIONS)
OWN = "portal.contact.saved.v1"
FOREIGN = "identity.user.saved.v1"
UrlOf = Callable[[str], str]


@pytest.fixture(scope="module")
def url_of() -> UrlOf:
    """The address of a broker with the rights of production, as a service logs in."""
    try:
        url = servers.create_virtual_host()
        virtual_host = urlsplit(url).path.removeprefix("/")
        passwords = {name: f"password-of-{name}" for name in SUBSCRIPTIONS}
        wanted = json.dumps(definitions(passwords, virtual_host)).encode()
        encoded = base64.b64encode(wanted).decode()
        # `import_definitions` reads its input differently from one release to the next.
        servers.control_broker("eval", f'rabbit_definitions:import_raw(base64:decode("{encoded}")).')
    except servers.ServerUnavailable as error:
        pytest.skip(str(error))
    place = urlsplit(url).netloc.rpartition("@")[2]
    return lambda name: urlunsplit(("amqp", f"{name}:{passwords[name]}@{place}", f"/{virtual_host}", "", ""))


def event(type: str, number: int = 1) -> Message:
    return Message(f"{type}-{number}", type, b"{}")


def test_a_service_waits_for_the_queues_it_may_not_make(url_of: UrlOf) -> None:
    portal = RabbitBus(url_of("portal"))
    assert portal.declare(TOPOLOGY, "portal") == SUBSCRIPTIONS.keys() - {"portal"}
    publisher = portal.publisher(TOPOLOGY, "portal")
    outcome = publisher.publish([event(OWN)])
    assert "not ready" in outcome.failed[event(OWN).event_id]

    for name in SUBSCRIPTIONS:
        RabbitBus(url_of(name)).declare(TOPOLOGY, name)
    assert portal.declare(TOPOLOGY, "portal") == set()
    until(lambda: publisher.publish([event(OWN)]).confirmed)
    publisher.close()


def test_another_services_event_is_refused_and_stops_none_of_our_own(url_of: UrlOf) -> None:
    for name in SUBSCRIPTIONS:
        RabbitBus(url_of(name)).declare(TOPOLOGY, name)
    publisher = RabbitBus(url_of("portal")).publisher(TOPOLOGY, "portal")
    outcome = publisher.publish([event(OWN, 1), event(FOREIGN), event(OWN, 2)])
    publisher.close()
    assert sorted(outcome.confirmed) == [event(OWN, 1).event_id, event(OWN, 2).event_id]
    assert "ACCESS_REFUSED" in outcome.failed[event(FOREIGN).event_id]


def test_a_service_reads_no_queue_but_its_own(url_of: UrlOf) -> None:
    RabbitBus(url_of("identity")).declare(TOPOLOGY, "identity")
    with pytest.raises(BusUnavailable, match="ACCESS_REFUSED"):
        RabbitBus(url_of("portal")).receive(TOPOLOGY, "identity", lambda batch: None, Stop())


@pytest.mark.parametrize(
    ("exchange", "key"), [("", "identity.inbox"), ("identity.dead", "x")], ids=["by the queue's name", "as dead"]
)
def test_nothing_gets_into_a_foreign_queue_past_the_exchange_of_events(url_of: UrlOf, exchange: str, key: str) -> None:
    RabbitBus(url_of("identity")).declare(TOPOLOGY, "identity")
    connection = pika.BlockingConnection(pika.URLParameters(url_of("portal")))
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.basic_publish(exchange, key, b"{}")
    connection.close()


def test_a_service_binds_its_queue_to_nothing_it_does_not_subscribe_to(url_of: UrlOf) -> None:
    RabbitBus(url_of("documents")).declare(TOPOLOGY, "documents")
    connection = pika.BlockingConnection(pika.URLParameters(url_of("documents")))
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        connection.channel().queue_bind("documents.inbox", "events", routing_key="identity.code.issued.v1")
    connection.close()

"""The bus on RabbitMQ (3.10 and 4.x), by AMQP 0-9-1.

Traps this module is built around, each measured:
- an unroutable message is acknowledged and lost, unless it is published as mandatory;
- a message at its delivery limit is dropped where there is no dead-letter exchange, and dead-lettering is
  at-least-once only together with `x-overflow: reject-publish`;
- what a killed consumer had prefetched counts as delivered, so the receiver stores and acknowledges in groups;
- a quorum queue without its majority never confirms: publishing has a time limit;
- a connection serves one thread.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, ChannelClosedByBroker, ReentrancyError

from services.chassis import observability
from services.chassis.bus import Accept, BusUnavailable, Message, Publisher, Topology, inbox_queue
from services.chassis.bus.rabbitmq_publisher import RabbitPublisher
from services.chassis.wake import Stop

EXCHANGE = "events"
DELIVERY_LIMIT = 20
PREFETCH = 200
NOT_FOUND, ACCESS_REFUSED = 404, 403
STEP_SECONDS = 1.0
BIND_SECONDS = 15.0
log = observability.logger(__name__)


def dead_queue(service: str) -> str:
    """Return the name of the queue, and of its exchange, for what `service` was given too often."""
    return f"{service}.dead"


class RabbitBus:
    """The broker at `url`. `exchange` is another one than `events` only where tests share a broker."""

    def __init__(self, url: str, *, exchange: str = EXCHANGE) -> None:
        self.exchange = exchange
        self.parameters = pika.URLParameters(url)
        given = url.partition("?")[2]
        for name, value in DEFAULTS.items():
            if f"{name}=" not in given:
                setattr(self.parameters, name, value)

    def declare(self, topology: Topology, own: str) -> set[str]:
        """Make exchange, queues and bindings, as far as the rights go; return whose are not there.

        A service declares its own ones anew at each start, which mends what was deleted. Last it makes an
        exchange whose name tells which subscriptions are bound; by it the others see, without the right to
        declare them, that the queues stand ready.
        """
        with _connected(self.parameters) as connection:
            declaring = _Declaring(connection, self.exchange)
            declaring.exchange()
            missing = set()
            for service in sorted(topology.subscriptions, key=lambda name: name != own):
                marker = f"{service}.bound.{topology.digest(service)}"
                if service != own and declaring.exists(marker):
                    continue
                try:
                    declaring.service(service, topology.subscriptions[service], marker)
                except ChannelClosedByBroker as error:
                    if error.reply_code != ACCESS_REFUSED:
                        raise BusUnavailable(f"the queues of {service}: {error.reply_text}") from error
                    if service == own:
                        raise BusUnavailable(f"no right to make the queues of {service}: {error.reply_text}") from error
                    missing.add(service)
            return missing

    def publisher(self, topology: Topology, own: str) -> Publisher:
        """Return a sending end for service `own`."""
        return RabbitPublisher(self.parameters, self.exchange, topology, lambda: self.declare(topology, own))

    def receive(self, topology: Topology, service: str, accept: Accept, stop: Stop) -> None:
        """Hand over what arrives for `service`, and what the broker had given up on, until the stop.

        Now and then the bindings are made again: nobody tells when one was deleted by hand.
        """
        with _connected(self.parameters) as connection:
            streams = [
                _Stream(connection, inbox_queue(service), PREFETCH),
                # One at a time: should a message end the process, none of the others counts as delivered.
                _Stream(connection, dead_queue(service), 1),
            ]
            bind_at = monotonic() + BIND_SECONDS
            while not stop.is_set():
                connection.process_data_events(time_limit=STEP_SECONDS)
                if monotonic() > bind_at:
                    _bind(streams[0].channel, self.exchange, service, topology.subscriptions[service])
                    bind_at = monotonic() + BIND_SECONDS
                streams[0].gather()
                for stream in streams:
                    if stream.cancelled:
                        raise BusUnavailable(f"the queue {stream.queue} was deleted or has moved")
                    stream.hand_over(accept, stop)


FAILURES = AMQPError, AMQPConnectorException, OSError
"""What a broken connection raises. A handshake that times out is no AMQPError to pika."""
DEFAULTS: dict[str, Any] = {
    "heartbeat": 30,
    "blocked_connection_timeout": 30,
    "socket_timeout": 5,
    "stack_timeout": 10,
    "connection_attempts": 1,
}


class _connected:  # noqa: N801 - used as a context manager
    """A connection for one thread, whose failures are `BusUnavailable`."""

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._parameters = parameters
        self._connection: BlockingConnection | None = None

    def __enter__(self) -> BlockingConnection:
        try:
            self._connection = BlockingConnection(self._parameters)
        except FAILURES as error:
            raise BusUnavailable(f"{self._parameters.host}: {error!r}") from error
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if self._connection and self._connection.is_open:
                self._connection.close()
        except (*FAILURES, ReentrancyError):
            pass  # it was lost anyway; what was not acknowledged comes again
        if isinstance(error, FAILURES):
            raise BusUnavailable(f"{self._parameters.host}: {error!r}") from error


class _Declaring:
    """Declares with a channel that the broker closes at each refusal."""

    def __init__(self, connection: BlockingConnection, exchange: str) -> None:
        self._connection, self._exchange = connection, exchange
        self._open: BlockingChannel | None = None

    @property
    def _channel(self) -> BlockingChannel:
        if not self._open or not self._open.is_open:
            self._open = self._connection.channel()
        return self._open

    def exists(self, exchange: str) -> bool:
        """Return whether there is an exchange of that name; asking needs no right."""
        try:
            self._channel.exchange_declare(exchange, passive=True)
        except ChannelClosedByBroker as error:
            if error.reply_code != NOT_FOUND:
                raise
            return False
        return True

    def exchange(self) -> None:
        """Make the exchange of all events where there is none."""
        if not self.exists(self._exchange):
            self._channel.exchange_declare(self._exchange, exchange_type="topic", durable=True)

    def service(self, service: str, types: Sequence[str], marker: str) -> None:
        """Make the queues of one service, bind them, and then say so by the marker."""
        inbox, dead, channel = inbox_queue(service), dead_queue(service), self._channel
        channel.exchange_declare(dead, exchange_type="fanout", durable=True)
        channel.queue_declare(dead, durable=True, arguments=DEAD_ARGUMENTS)
        channel.queue_bind(dead, dead)
        channel.queue_declare(inbox, durable=True, arguments=INBOX_ARGUMENTS | {"x-dead-letter-exchange": dead})
        _bind(channel, self._exchange, service, types)
        channel.exchange_declare(marker, exchange_type="fanout", durable=True)


def _bind(channel: BlockingChannel, exchange: str, service: str, types: Sequence[str]) -> None:
    for type in types:
        channel.queue_bind(inbox_queue(service), exchange, routing_key=type)


INBOX_ARGUMENTS: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-delivery-limit": DELIVERY_LIMIT,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
# RabbitMQ 4 drops a message after 20 deliveries where nothing else is said, and 3.10 knows no "never".
DEAD_ARGUMENTS: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000_000}


class _Stream:
    """The messages of one queue, gathered until they are handed over and acknowledged together."""

    def __init__(self, connection: BlockingConnection, queue: str, prefetch: int) -> None:
        self.queue, self.cancelled = queue, False
        self._connection, self._prefetch = connection, prefetch
        self._waiting: list[Message] = []
        self._last_tag = 0
        self.channel = connection.channel()
        self.channel.basic_qos(prefetch_count=prefetch)
        self.channel.add_on_cancel_callback(self._on_cancel)
        self.channel.basic_consume(queue, self._on_message)

    def _on_cancel(self, _frame: object) -> None:
        self.cancelled = True

    def _on_message(self, _channel: object, deliver: Any, properties: Any, body: bytes) -> None:
        # The routing key, not the type it says of itself: the broker checks who may publish under which.
        self._waiting.append(Message(properties.message_id or "", deliver.routing_key, body))
        self._last_tag = deliver.delivery_tag

    def gather(self) -> None:
        """Take what else has already come: the larger the batch, the cheaper each message."""
        before = -1
        while before < len(self._waiting) < self._prefetch:
            before = len(self._waiting)
            self._connection.process_data_events(time_limit=0)

    def hand_over(self, accept: Accept, stop: Stop) -> None:
        """Store what has come, then acknowledge all of it at once.

        While it cannot be stored the messages are kept and the connection stays alive: giving them back would
        count as a delivery of each, until the broker gave up on all of them.
        """
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        pause = 0.5
        while True:
            try:
                accept(batch)
                break
            except Exception as error:
                log.exception("received events could not be stored", queue=self.queue, error=str(error))
                if self._wait(pause, stop):
                    return
                pause = min(pause * 2, 10)
        self.channel.basic_ack(self._last_tag, multiple=True)

    def _wait(self, seconds: float, stop: Stop) -> bool:
        until = monotonic() + seconds
        while not stop.is_set() and (left := until - monotonic()) > 0:
            self._connection.process_data_events(time_limit=min(left, STEP_SECONDS))
        return stop.is_set()

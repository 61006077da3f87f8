"""The sending end of RabbitMQ: up to a thousand messages on their way, each confirmed by the broker.

It runs pika's event loop in a thread of its own. So heartbeats are answered while the relay waits for its
database, confirms are taken as they come (`BlockingConnection` loses up to a second a batch there), and a
broker that never answers costs the relay a time limit, not its life.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import takewhile
from time import monotonic
from typing import Any

import pika
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import AMQPError

from services.chassis import observability
from services.chassis.bus import BusUnavailable, Message, Outcome, Topology

CONNECT_SECONDS = 15.0
CONFIRM_SECONDS = 20.0
RECHECK_SECONDS = 2.0
PIECE = 64
CONTENT_TYPE = "application/cloudevents+json"
log = observability.logger(__name__)


class RabbitPublisher:
    """Publishes to `exchange`. `declare` makes the topology and returns the services that are not ready."""

    def __init__(
        self,
        parameters: pika.URLParameters,
        exchange: str,
        topology: Topology,
        declare: Callable[[], set[str]],
    ) -> None:
        self._parameters, self._exchange = parameters, exchange
        self._topology, self._declare = topology, declare
        self._missing: set[str] = set()
        self._doubtful = False  # something was refused: perhaps a queue or a binding is gone
        self._checked_at = 0.0
        self._link: _Link | None = None

    def publish(self, batch: Sequence[Message]) -> Outcome:
        """Publish and wait for every confirm; see `Publisher.publish`."""
        self._connect()
        outcome = Outcome()
        ready = [message for message in batch if not self._hold_back(message, outcome)]
        link = self._link
        assert link
        self._send(link, ready, outcome)
        refused = [message for message in ready if outcome.failed.get(message.event_id) == CHANNEL_CLOSED]
        for message in refused:  # the broker closes the channel for one of them, and all after it are lost
            del outcome.failed[message.event_id]
            self._send(link, [message], outcome)
        self._doubtful = bool(outcome.failed)
        return outcome

    def _connect(self) -> None:
        if self._link and self._link.is_open:
            if self._doubtful and monotonic() - self._checked_at > RECHECK_SECONDS:
                self._check()
            return
        self.close()
        self._check()
        self._link = _Link(self._parameters, self._exchange)
        self._link.open()

    def _check(self) -> None:
        self._missing = self._declare()
        self._checked_at = monotonic()

    def _hold_back(self, message: Message, outcome: Outcome) -> bool:
        absent = self._missing.intersection(self._topology.listeners(message.type)) if self._missing else None
        if absent:
            outcome.failed[message.event_id] = f"not ready to receive: {', '.join(sorted(absent))}"
        return bool(absent)

    def _send(self, link: "_Link", batch: Sequence[Message], outcome: Outcome) -> None:
        if not batch:
            return
        job = _Job(batch)
        if not link.run(job, CONFIRM_SECONDS):
            self.close()
            raise BusUnavailable(f"no confirm within {CONFIRM_SECONDS:.0f} s")
        if job.lost:
            self.close()
            raise BusUnavailable(job.lost)
        outcome.confirmed += job.confirmed
        for event_id, reason in job.failed.items():
            if reason == UNROUTABLE and not self._topology.listeners(job.types[event_id]):
                outcome.confirmed.append(event_id)  # nobody wants to know
            else:
                outcome.failed[event_id] = reason

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._link:
            self._link.close()
            self._link = None


UNROUTABLE = "no queue takes this type: a binding is missing"
CHANNEL_CLOSED = "the broker closed the channel"


class _Job:
    """One batch on its way."""

    def __init__(self, batch: Sequence[Message]) -> None:
        self.batch = batch
        self.types = {message.event_id: message.type for message in batch}
        self.pending: dict[int, str] = {}
        self.confirmed: list[str] = []
        self.failed: dict[str, str] = {}
        self.lost: str | None = None
        self.done = threading.Event()

    def settle(self, tags: Iterable[int], reason: str | None) -> None:
        for tag in tags:
            event_id = self.pending.pop(tag)
            if reason:
                self.failed.setdefault(event_id, reason)
            elif event_id not in self.failed:  # a returned message is confirmed as well, after its return
                self.confirmed.append(event_id)
        if not self.pending:
            self.done.set()


class _Link:
    """A connection with one channel in confirm mode, served by its own thread."""

    def __init__(self, parameters: pika.URLParameters, exchange: str) -> None:
        self._parameters, self._exchange = parameters, exchange
        self._connection: SelectConnection | None = None
        self._channel: Channel | None = None
        self._job: _Job | None = None
        self._next_tag = 1
        self._closed_for = ""
        self._opened = threading.Event()
        self._error: str | None = None
        self._thread = threading.Thread(target=self._serve, name="rabbitmq-publisher", daemon=True)

    @property
    def is_open(self) -> bool:
        return self._opened.is_set() and self._error is None

    def open(self) -> None:
        """Connect; raise `BusUnavailable` where that fails."""
        self._thread.start()
        if not self._opened.wait(CONNECT_SECONDS) or self._error:
            error = self._error or f"no connection within {CONNECT_SECONDS:.0f} s"
            self.close()
            raise BusUnavailable(error)

    def run(self, job: _Job, seconds: float) -> bool:
        """Publish a batch; return whether everything was settled in time."""
        self._call(partial(self._begin, job))
        return job.done.wait(seconds)

    def close(self) -> None:
        """End connection and thread."""
        self._error = self._error or "closed"
        self._call(self._end)
        self._thread.join(2)

    def _call(self, function: Callable[[], Any]) -> None:
        if self._connection:
            self._connection.ioloop.add_callback_threadsafe(function)

    # What follows runs in the thread of the connection.

    def _serve(self) -> None:
        try:
            self._connection = SelectConnection(
                self._parameters,
                on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel),
                on_open_error_callback=lambda _connection, error: self._lose(error),
                on_close_callback=lambda _connection, error: self._lose(error),
            )
            if self._error:  # given up in the meantime
                self._end()
            self._connection.ioloop.start()
        except Exception as error:
            self._lose(error)
        finally:
            if self._connection:
                self._connection.ioloop.close()

    def _on_channel(self, channel: Channel) -> None:
        self._channel, self._next_tag = channel, 1
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._on_ready())

    def _on_ready(self) -> None:
        job, self._job = self._job, None
        self._opened.set()
        if job and not job.done.is_set():  # the channel was closed under it, and this is its successor
            alone = len(job.pending) == 1
            job.settle(list(job.pending), f"{CHANNEL_CLOSED}: {self._closed_for}" if alone else CHANNEL_CLOSED)

    def _begin(self, job: _Job) -> None:
        if self._error or not self._channel:
            job.lost = self._error or "not connected"
            job.done.set()
            return
        self._job = job
        job.pending = {self._next_tag + index: message.event_id for index, message in enumerate(job.batch)}
        self._next_tag += len(job.batch)
        self._publish(self._channel, job, 0)

    def _publish(self, channel: Any, job: _Job, start: int) -> None:
        """Publish a piece, and the next one after the loop has written this one and read what came."""
        if not self._connection or channel != self._channel:
            return
        try:
            for message in job.batch[start : start + PIECE]:
                properties = _properties(message)
                channel.basic_publish(self._exchange, message.type, message.body, properties, mandatory=True)
        except AMQPError as error:
            self._lose(error)
            return
        if start + PIECE < len(job.batch):
            next_piece = partial(self._publish, channel, job, start + PIECE)
            self._connection.ioloop.add_callback_threadsafe(next_piece)

    def _on_confirm(self, frame: Any) -> None:
        job, tag = self._job, frame.method.delivery_tag
        if not job:
            return
        refused = isinstance(frame.method, pika.spec.Basic.Nack)
        if frame.method.multiple:
            tags = list(takewhile(tag.__ge__, job.pending))
        else:
            tags = [tag] if tag in job.pending else []
        job.settle(tags, "the broker refused it" if refused else None)

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        if self._job:
            self._job.failed[properties.message_id] = UNROUTABLE

    def _on_channel_closed(self, channel: Channel, error: Exception) -> None:
        connection = self._connection
        if connection and connection.is_open and not self._error:
            log.warning("the broker closed the channel", error=str(error))
            self._channel, self._closed_for = None, str(error)
            connection.channel(on_open_callback=self._on_channel)

    def _lose(self, error: BaseException | str) -> None:
        self._error = self._error or f"{self._parameters.host}: {error!r}"
        if self._job and not self._job.done.is_set():
            self._job.lost = self._error
            self._job.done.set()
        self._job = None
        self._opened.set()
        if self._connection:
            self._connection.ioloop.stop()

    def _end(self) -> None:
        if self._connection and self._connection.is_open:
            self._connection.close()
        elif self._connection:
            self._connection.ioloop.stop()


def _properties(message: Message) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type=CONTENT_TYPE, delivery_mode=2, message_id=message.event_id, type=message.type
    )

"""The envelope of every event: CloudEvents 1.0, JSON format (https://cloudevents.io, section 2 and 3)."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.chassis import clock, observability
from services.chassis.columns import new_id

MAX_BYTES = 64 * 1024
TYPE = re.compile(r"^[a-z_]+(\.[a-z_]+)+\.v[1-9][0-9]*$")
SUBJECT = re.compile(r"^[^\x00-\x1f]{1,200}$")
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of a NUL in JSON; one behind an escaped backslash is just text."""
_cause: ContextVar["Event | None"] = ContextVar("cause", default=None)


class MalformedEvent(ValueError):
    """The bytes are no envelope of ours; the text says what is wrong with them."""


@dataclass(frozen=True)
class Event:
    """Something that happened, in the words of the service that owns it.

    `subject` is the id of the aggregate and `subjectversion` its version after the change, so that
    a consumer can tell an old state from a new one.
    """

    id: UUID
    type: str
    source: str
    subject: str
    subjectversion: int
    time: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None

    @classmethod
    def new(cls, type: str, *, source: str, subject: object, version: int, data: Mapping[str, Any]) -> "Event":
        """Return an event that happened now, tied to the request or event that is being handled."""
        if not TYPE.match(type):
            raise ValueError(f"{type!r} is not <service>.<aggregate>.<past verb>.v<N>")
        cause = _cause.get()
        return cls(
            id=new_id(),
            type=type,
            source=source,
            subject=str(subject),
            subjectversion=version,
            time=clock.now(),
            data=data,
            correlationid=observability.correlation_id(),
            causationid=str(cause.id) if cause else None,
            traceparent=observability.traceparent(),
        )

    def to_bytes(self) -> bytes:
        """Return the JSON of the envelope; raise `ValueError` above 64 KiB."""
        envelope = {"specversion": "1.0", "datacontenttype": "application/json"} | {
            name: value for name, value in vars(self).items() if value is not None
        }
        body = orjson.dumps(envelope)
        if len(body) > MAX_BYTES:
            raise ValueError(f"{self.type} has {len(body)} bytes; at most {MAX_BYTES} may travel")
        return body

    @classmethod
    def from_bytes(cls, body: bytes) -> "Event":
        """Return the event in `body`; raise `MalformedEvent` where it is none."""
        if len(body) > MAX_BYTES:
            raise MalformedEvent(f"{len(body)} bytes; at most {MAX_BYTES} are taken")
        if NUL.search(body):
            raise MalformedEvent("it has a NUL character, which no database of ours can store")
        try:
            envelope = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise MalformedEvent(f"not JSON: {error}") from None
        if not isinstance(envelope, dict) or envelope.get("specversion") != "1.0":
            raise MalformedEvent("not a CloudEvents 1.0 envelope")
        try:
            event = cls(
                id=UUID(envelope["id"]),
                type=envelope["type"],
                source=envelope["source"],
                subject=envelope["subject"],
                subjectversion=envelope["subjectversion"],
                time=datetime.fromisoformat(envelope["time"]),
                data=envelope["data"],
                correlationid=envelope.get("correlationid"),
                causationid=envelope.get("causationid"),
                traceparent=envelope.get("traceparent"),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedEvent(f"missing or wrong attribute: {error}") from None
        if not isinstance(event.type, str) or not TYPE.match(event.type):
            raise MalformedEvent("its type is not <service>.<aggregate>.<past verb>.v<N>")
        if not isinstance(event.data, dict) or not isinstance(event.subjectversion, int):
            raise MalformedEvent("data must be an object and subjectversion a number")
        if not isinstance(event.subject, str) or not SUBJECT.match(event.subject):
            raise MalformedEvent("its subject is not a text of 1 to 200 characters")
        if event.time.tzinfo is None:
            raise MalformedEvent("its time has no time zone")
        ids = event.correlationid, event.causationid, event.traceparent
        if not all(isinstance(value, str | None) for value in ids):
            raise MalformedEvent("an id of what it belongs to is not a text")
        return event

    def with_data(self, data: Mapping[str, Any]) -> "Event":
        """Return the same event with other data (as a contract loaded it)."""
        return replace(self, data=data)


@contextmanager
def handling(event: Event) -> Iterator[None]:
    """Tie all that is logged and recorded inside to `event`: its correlation id goes on, it is the cause."""
    token = _cause.set(event)
    try:
        with observability.correlated(event.correlationid, event.traceparent):
            yield
    finally:
        _cause.reset(token)

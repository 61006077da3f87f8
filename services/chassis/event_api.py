"""What staff sees of a service's events: unsent, waiting and dead ones, and the replay of those."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields
from marshmallow.validate import Range

from services.chassis import inbox, outbox
from services.chassis.auth import allow
from services.chassis.problems import conflict, not_found
from services.chassis.runtime import current_runtime
from services.chassis.schemas import Schema


class UnsentEvent(Schema):
    """An event that the bus has not confirmed yet."""

    event_id = fields.UUID(required=True)
    type = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(allow_none=True)


class ReceivedEvent(Schema):
    """An event that waits to be handled, or that was given up on."""

    event_id = fields.UUID(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
    attempts = fields.Integer(required=True)
    next_attempt_at = fields.AwareDateTime(required=True)
    dead_at = fields.AwareDateTime(allow_none=True)
    last_error = fields.String(allow_none=True)


class UnsentPage(Schema):
    items = fields.List(fields.Nested(UnsentEvent), required=True)
    next = fields.String(allow_none=True)


class ReceivedPage(Schema):
    items = fields.List(fields.Nested(ReceivedEvent), required=True)
    next = fields.String(allow_none=True)


class Replayed(Schema):
    event_id = fields.UUID(required=True)


class UnsentQuery(Schema):
    cursor = fields.Integer(load_default=0)
    limit = fields.Integer(load_default=50, validate=Range(1, 200))


class ReceivedQuery(Schema):
    cursor = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=50, validate=Range(1, 200))


def events_blueprint() -> Blueprint:
    """Return the routes below /v1/events."""
    blp = Blueprint("events", __name__, url_prefix="/v1/events", description="Unsent, waiting and dead events")
    unsent, received = blp.arguments(UnsentQuery, location="query"), blp.arguments(ReceivedQuery, location="query")
    reader, writer = allow(staff="operations.read"), allow(staff="operations.write")
    blp.get("/outbox")(unsent(blp.response(200, UnsentPage)(reader(list_unsent))))
    blp.get("/inbox")(received(blp.response(200, ReceivedPage)(reader(list_waiting))))
    blp.get("/dead")(received(blp.response(200, ReceivedPage)(reader(list_dead))))
    blp.post("/<uuid:event_id>/replay")(blp.response(200, Replayed)(writer(replay_event)))
    return blp


def list_unsent(query: dict[str, Any]) -> dict[str, Any]:
    """List events that the bus has not confirmed yet, the oldest first."""
    with current_runtime().database.reading() as session:
        rows = outbox.unsent(session, after=query["cursor"], limit=query["limit"])
    return {"items": rows, "next": str(rows[-1].id) if len(rows) == query["limit"] else None}


def list_waiting(query: dict[str, Any]) -> dict[str, Any]:
    """List events that wait to be handled, the oldest first."""
    return _received(query, dead=False)


def list_dead(query: dict[str, Any]) -> dict[str, Any]:
    """List events that were given up on, with the reason."""
    return _received(query, dead=True)


def replay_event(event_id: UUID) -> dict[str, Any]:
    """Let a dead event be handled again."""
    with current_runtime().database.unit_of_work() as session:
        if not inbox.replay(session, event_id):
            if inbox.exists(session, event_id):
                raise conflict("not_dead", "Only a dead event can be replayed.")
            raise not_found("This event")
    return {"event_id": event_id}


def _received(query: dict[str, Any], *, dead: bool) -> dict[str, Any]:
    with current_runtime().database.reading() as session:
        rows = inbox.listed(session, dead=dead, after=query["cursor"], limit=query["limit"])
    return {"items": rows, "next": str(rows[-1].event_id) if len(rows) == query["limit"] else None}

"""The routes on events, which every service has."""

from services.chassis import inbox
from services.chassis.bus import Message
from services.chassis.testing.harness import Harness
from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Thing, given

REPLAY = "/v1/events/<uuid:event_id>/replay"


def received_event(harness: Harness) -> Thing:
    """Let the service receive an event; return it as what stands behind the route that replays one."""
    event = harness.make(min(harness.service.handlers))
    inbox.accept(harness.database, harness.service.name, [Message(str(event.id), event.type, event.to_bytes())])
    return given(Of.FIRM, {"event_id": event.id})

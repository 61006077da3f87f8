"""What every service tells of its events: unsent, waiting and dead ones, for the operations pages."""

from gateway.clients.transport import Caller, Json, Page


class EventsClient:
    """The events of one service."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def listed(self, kind: str, *, cursor: str | None = None, limit: int = 50) -> Page:
        """List events, the oldest first; `kind` is `outbox` (unsent), `inbox` (waiting) or `dead`."""
        return self._caller.page(f"/v1/events/{kind}", {"cursor": cursor, "limit": limit})

    def replay(self, event_id: str) -> Json:
        """Let a dead event be handled again."""
        return self._caller.json("POST", f"/v1/events/{event_id}/replay")

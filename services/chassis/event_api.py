"""What staff sees of a service's events: unsent, waiting and dead ones, and the replay of those."""

from flask_smorest import Blueprint


def events_blueprint() -> Blueprint:
    """Return the routes below /v1/events."""
    return Blueprint("events", __name__, url_prefix="/v1/events", description="Unsent, waiting and dead events")

"""HTTP of preferences."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.notifications.preferences import actions, queries
from services.notifications.preferences.schemas import PreferencesIn, PreferencesOut

blp = Blueprint("preferences", __name__, url_prefix="/v1/preferences", description="What each person wants to be told")


@blp.get("")
@blp.response(200, PreferencesOut)
@allow(staff="clients.read", client=True)
def get_preferences() -> dict[str, Any]:
    """Show what the caller is told, by kind and channel."""
    with reading() as session:
        return {"items": queries.preferences(session, caller())}


@blp.put("")
@blp.arguments(PreferencesIn)
@blp.response(200, PreferencesOut)
@allow(staff="clients.read", client=True)
def put_preferences(values: dict[str, Any]) -> dict[str, Any]:
    """Set some of them; the others stay as they are."""
    with unit_of_work() as session:
        actions.set_preferences(session, caller(), values["items"])
        return {"items": queries.preferences(session, caller())}

"""HTTP of the development mailbox."""

from pathlib import Path
from typing import Any

from flask_smorest import Blueprint

from services.chassis.auth import allow_anyone
from services.chassis.problems import not_found
from services.chassis.runtime import current_runtime
from services.notifications.mailbox import queries
from services.notifications.mailbox.schemas import CapturedOut, CapturedPage, MailboxQuery
from services.notifications.settings import NotificationsSettings

blp = Blueprint("mailbox", __name__, url_prefix="/v1/mailbox", description="Captured messages, in development")
WHY_ANYONE = "exists only while capture is on, so that the first sign-in can be read before anybody is in"


@blp.get("")
@blp.arguments(MailboxQuery, location="query")
@blp.response(200, CapturedPage)
@allow_anyone(WHY_ANYONE)
def list_captured(query: dict[str, Any]) -> dict[str, Any]:
    """List captured mails and SMS, the latest first."""
    return {"items": queries.captured(_folder(), **query)}


@blp.get("/<id>")
@blp.response(200, CapturedOut)
@allow_anyone(WHY_ANYONE)
def get_captured(id: str) -> dict[str, Any]:
    """Show a captured message with its links."""
    return queries.captured_message(_folder(), id)


def _folder() -> Path:
    settings = current_runtime().settings
    assert isinstance(settings, NotificationsSettings)
    if not settings.capture:
        raise not_found("This page")
    return settings.mailbox

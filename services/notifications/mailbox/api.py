"""HTTP of the development mailbox."""

from pathlib import Path
from typing import Any

from flask_smorest import Blueprint

from services.chassis.auth import allow_anyone
from services.chassis.problems import not_found
from services.chassis.runtime import current_runtime
from services.notifications.inbound.schemas import TakenOut
from services.notifications.inbound.taking import take
from services.notifications.mailbox import queries
from services.notifications.mailbox.answering import answer_to
from services.notifications.mailbox.schemas import CapturedOut, CapturedPage, CapturedReply, MailboxQuery
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
    message = queries.captured_message(_folder(), id)
    settings = current_runtime().settings
    assert isinstance(settings, NotificationsSettings)
    local = settings.reply_address.partition("@")[0]
    return message | {"can_reply": bool(local) and f"{local}+" in message.get("reply_to", "")}


@blp.post("/<id>/reply")
@blp.arguments(CapturedReply)
@blp.response(202, TakenOut)
@allow_anyone(WHY_ANYONE)
def reply(values: dict[str, str], id: str) -> dict[str, Any]:
    """Answer a captured mail as its reader's program would: a mail is made of it, and taken in as any other."""
    runtime = current_runtime()
    row = take(runtime, answer_to(_folder(), id, values["text"]), "mailbox")
    return {"id": row.id, "status": row.status, "reason": row.reason}


def _folder() -> Path:
    settings = current_runtime().settings
    assert isinstance(settings, NotificationsSettings)
    if not settings.capture:
        raise not_found("This page")
    return settings.mailbox

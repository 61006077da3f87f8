"""HTTP of mails that come in."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, allow_anyone
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.notifications.inbound import queries
from services.notifications.inbound.schemas import InboundPage, InboundQuery, TakenOut
from services.notifications.inbound.signature import HEADER, check
from services.notifications.inbound.taking import take
from services.notifications.settings import NotificationsSettings

blp = Blueprint("inbound", __name__, url_prefix="/v1", description="Answers by mail")


@blp.post("/inbound")
@blp.response(202, TakenOut)
@allow_anyone("a mail server calls it, which signs what it brings")
def bring() -> dict[str, Any]:
    """Take in a mail: the body is the mail itself (RFC 5322), signed in X-Atrio-Signature. 202: it is kept for good."""
    runtime = current_runtime()
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    # Larger ones are taken as well, by their headers, so that the sender is told; but not without any end.
    request.max_content_length = 2 * settings.reply_limit
    content = request.get_data(cache=False)
    check(settings, content, request.headers.get(HEADER, ""))
    if not content.strip():
        raise Problem(422, "empty", "There is no mail", "The body is empty.")
    row = take(runtime, content, "webhook")
    return {"id": row.id, "status": row.status, "reason": row.reason}


@blp.get("/inbound-mails")
@blp.arguments(InboundQuery, location="query")
@blp.response(200, InboundPage)
@allow(staff="operations.read")
def list_mails(query: dict[str, Any]) -> dict[str, Any]:
    """List mails that came in, the latest first, and what became of them."""
    with reading() as session:
        return queries.mails(session, **query)

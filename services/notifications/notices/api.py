"""HTTP of the inbox."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.notifications.notices import actions, queries
from services.notifications.notices.schemas import NoticePage, NoticesQuery, ReadIn, UnreadOut

blp = Blueprint("inbox", __name__, url_prefix="/v1/inbox", description="What a person is told inside portal and admin")


@blp.get("")
@blp.arguments(NoticesQuery, location="query")
@blp.response(200, NoticePage)
@allow(staff="clients.read", client=True)
def list_notices(query: dict[str, Any]) -> Response:
    """List the caller's inbox, the latest first."""
    with reading() as session:
        return jsonify(queries.notices(session, caller(), **query))


@blp.get("/count")
@blp.response(200, UnreadOut)
@allow(staff="clients.read", client=True)
def count() -> dict[str, int]:
    """Say how many lines are unread."""
    with reading() as session:
        return {"unread": queries.unread_count(session, caller())}


@blp.post("/read")
@blp.arguments(ReadIn)
@blp.response(200, UnreadOut)
@allow(staff="clients.read", client=True)
def read(values: dict[str, Any]) -> dict[str, int]:
    """Mark lines read, and say how many are left."""
    with unit_of_work() as session:
        actions.mark_read(session, caller(), None if values["all"] else values["ids"])
        return {"unread": queries.unread_count(session, caller())}

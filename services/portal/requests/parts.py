"""The checklist, part by part: the client answers an item, the firm accepts it or sends it back with a reason.

An item that is sent back is open again. When every item that has to be sent is accepted, and none waits for the firm,
the request closes by itself.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.requests.models import MAX_CITED, Request, RequestItem
from services.portal.requests.records import (
    add_comment,
    count,
    hand_over,
    is_said,
    locked_request,
    move,
    once_of,
    remember_read,
)
from services.portal.requests.telling import CLOSED, ITEM_ACCEPTED, ITEM_REJECTED, REPLIED, noted, tell
from services.portal.settings.queries import firm_day


def answer_item(
    session: Session,
    caller: Caller,
    request_id: UUID,
    item_id: UUID,
    *,
    message: str = "",
    document_ids: Sequence[UUID] = (),
    key: str | None = None,
) -> Request:
    """Answer one item with words, documents or both, and return the request. The same `key` again changes nothing.

    Raises 404, 409 for a closed request or an accepted item, 422 for nothing said, or no document where one is needed.
    """
    request = locked_request(session, caller, request_id)
    item = _item(session, request, item_id)
    once = once_of(caller, key)
    if is_said(session, once):
        return request
    cited: dict[UUID, UUID | None] = dict.fromkeys(document_ids, item.id)
    _require_answer(item, message, cited)
    remember_read(session, caller, request)
    hand_over(request, caller)
    item.status, item.decision, item.answer = "received", None, message
    comment = add_comment(session, request, caller, message, cited, item_id=item.id, act="answered", once=once)
    said = {"comment_id": comment.id, "comment": message, "comment_document_ids": list(cited)}
    tell(session, REPLIED, request, by=caller.person, item_id=item.id, **said)
    noted(session, "request.item_answered", request, caller, item.title)
    return request


def accept_item(session: Session, caller: Caller, request_id: UUID, item_id: UUID) -> Request:
    """Accept what was sent for an item and return the request; raise 404, or 409 where nothing waits there."""
    request, item = _decided(session, caller, request_id, item_id, "accepted", ("received",))
    item.reason = ""
    add_comment(session, request, caller, "", {}, item_id=item.id, act="accepted")
    tell(session, ITEM_ACCEPTED, request, by=caller.person, item_id=item.id, item=item.title)
    noted(session, "request.item_accepted", request, caller, item.title)
    _go_on(session, caller, request)
    return request


def reject_item(session: Session, caller: Caller, request_id: UUID, item_id: UUID, *, reason: str) -> Request:
    """Send an item back with the reason, so that it is open again, and return the request; raise 404 or 409."""
    request, item = _decided(session, caller, request_id, item_id, "rejected", ("received", "accepted"))
    item.status, item.reason = "open", reason
    request.firm_wrote_at = request.updated_at
    request.reminded_on = firm_day(session)
    add_comment(session, request, caller, reason, {}, item_id=item.id, act="rejected")
    tell(session, ITEM_REJECTED, request, by=caller.person, item_id=item.id, item=item.title, reason=reason)
    noted(session, "request.item_rejected", request, caller, item.title)
    _go_on(session, caller, request)
    return request


def _decided(
    session: Session, caller: Caller, request_id: UUID, item_id: UUID, decision: str, states: Sequence[str]
) -> tuple[Request, RequestItem]:
    request = locked_request(session, caller, request_id)
    item = _item(session, request, item_id)
    if request.status == "closed":
        raise problems.conflict("illegal_transition", "This request is closed.")
    if item.state not in states:
        raise problems.conflict("illegal_transition", f"An item that is {item.state} cannot become {decision}.")
    remember_read(session, caller, request)
    item.decision = decision
    count(request)
    return request, item


def _go_on(session: Session, caller: Caller, request: Request) -> None:
    """Close a request of which everything is accepted; hand it to the client once nothing waits for the firm."""
    items = session.scalars(select(RequestItem).where(RequestItem.request_id == request.id)).all()
    states = {item.state for item in items}
    if "received" in states:
        return
    needed = [item for item in items if not item.optional] or items
    if all(item.state == "accepted" for item in needed):
        move(request, "closed")
        tell(session, CLOSED, request, by=caller.person, all_accepted=True)
        noted(session, "request.closed", request, caller)
    elif request.status == "replied":
        request.status = "open"


def _item(session: Session, request: Request, item_id: UUID) -> RequestItem:
    statement = select(RequestItem).where(RequestItem.request_id == request.id, RequestItem.id == item_id)
    item: RequestItem | None = session.scalar(statement.execution_options(populate_existing=True))
    if item is None:
        raise problems.not_found("This item")
    return item


def _require_answer(item: RequestItem, message: str, cited: dict[UUID, UUID | None]) -> None:
    if item.decision == "accepted":
        raise problems.conflict("illegal_transition", "An item that is accepted cannot become received.")
    if item.needs_file and not cited:
        raise problems.invalid({"document_ids": ["Add a document."]})
    if not message and not cited:
        raise problems.invalid({"message": ["Write something, or add a document."]})
    if len(cited) > MAX_CITED:
        raise problems.invalid({"document_ids": [f"At most {MAX_CITED} documents at once."]})

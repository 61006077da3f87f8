"""What happens to client requests: the firm asks, both write, the firm closes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.requests.models import MAX_CITED, Request, RequestComment, RequestItem
from services.portal.requests.records import (
    add_comment,
    cite,
    count,
    hand_over,
    is_said,
    locked_request,
    move,
    once_of,
    remember_read,
)
from services.portal.requests.telling import CHANGED, CLOSED, CREATED, REOPENED, REPLIED, noted, tell
from services.portal.search.actions import keep
from services.portal.settings.queries import firm_day


def create_request(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID,
    title: str,
    message: str = "",
    due_on: date | None = None,
    items: Sequence[Mapping[str, Any]] = (),
    document_ids: Sequence[UUID] = (),
    reminders: bool = True,
    key: str | None = None,
    once: str | None = None,
) -> Request:
    """Ask something of a client and return the request; raise 422 for an unknown or archived client.

    The same `key` (of a caller) or `once` (of what made it) again gives the same request.
    """
    known = select(Account).where(Account.id == account_id, is_visible(caller, Account.id))
    account = session.scalar(known.with_for_update())
    if account is None or account.status != "active":
        raise problems.invalid({"account_id": ["Choose one of the active clients."]})
    once = once or once_of(caller, key)
    earlier: Request | None = session.scalar(select(Request).where(Request.once == once)) if once else None
    if earlier:
        return earlier
    now = clock.now()
    request = Request(
        id=new_id(),
        account_id=account_id,
        title=title,
        message=message,
        status="open",
        due_on=due_on,
        created_by=caller.person,
        created_at=now,
        updated_at=now,
        firm_wrote_at=now,
        reminders=reminders,
        reminded_on=firm_day(session),
        once=once,
        version=1,
    )
    session.add(request)
    session.flush()
    _add_items(session, request, items)
    cite(session, request, None, ((document_id, None) for document_id in document_ids))
    texts = [title, message, *(text for item in items for text in (item["title"], item.get("description", "")))]
    keep(session, "request", request.id, texts, account_id=account_id, at=now)
    tell(session, CREATED, request)
    noted(session, "request.created", request, caller)
    return request


def reply(
    session: Session,
    caller: Caller,
    request_id: UUID,
    *,
    message: str = "",
    document_ids: Sequence[UUID] = (),
    items: Sequence[dict[str, Any]] = (),
    internal: bool = False,
    key: str | None = None,
) -> Request:
    """Add a comment to a request and return the request. The same `key` again says nothing more.

    A client's answer makes an open request `replied`, the firm's makes a replied one `open`. `items` says which
    documents answer which item of the checklist. An `internal` note changes nothing and is told to nobody.
    Raises 404, 409 for a closed request, 422 for nothing said, an unknown or accepted item, or a note by a client.
    """
    request = locked_request(session, caller, request_id)
    once = once_of(caller, key)
    if is_said(session, once):
        return request
    cited = _cited(session, request, document_ids, items)
    _require_content(caller, message, cited, internal)
    remember_read(session, caller, request)
    if not internal:
        hand_over(request, caller)
    comment = add_comment(session, request, caller, message, cited, internal=internal, once=once)
    if internal:
        noted(session, "request.noted", request, caller)
        return request
    _receive(session, request, [entry["id"] for entry in items])
    _tell_reply(session, request, caller, comment, cited)
    return request


def close_request(session: Session, caller: Caller, request_id: UUID) -> Request:
    """Close a request and return it; raise 404, or 409 where it is closed already."""
    request = locked_request(session, caller, request_id)
    move(request, "closed")
    tell(session, CLOSED, request, by=caller.person)
    noted(session, "request.closed", request, caller)
    return request


def reopen_request(session: Session, caller: Caller, request_id: UUID, *, message: str = "") -> Request:
    """Open a closed request again and return it, perhaps with a word why; raise 404, or 409 where it is not closed."""
    request = locked_request(session, caller, request_id)
    if request.status != "closed":
        raise problems.conflict("illegal_transition", "Only a closed request can be opened again.")
    move(request, "open")
    request.firm_wrote_at = request.updated_at
    request.reminded_on = firm_day(session)
    tell(session, REOPENED, request, by=caller.person)
    noted(session, "request.reopened", request, caller)
    return reply(session, caller, request_id, message=message) if message else request


def change_request(session: Session, caller: Caller, request_id: UUID, *, version: int, **changes: Any) -> Request:
    """Set until when a request is due, and whether the client is reminded, and return it.

    Raises 404, or 409 where it has changed since `version` or is closed.
    """
    request = locked_request(session, caller, request_id)
    if request.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    if request.status == "closed":
        raise problems.conflict("illegal_transition", "This request is closed.")
    different = {name: value for name, value in changes.items() if getattr(request, name) != value}
    if not different:
        return request
    for name, value in different.items():
        setattr(request, name, value)
    request.reminded_on = firm_day(session)
    count(request)
    tell(session, CHANGED, request, by=caller.person)
    noted(session, "request.changed", request, caller)
    return request


def mark_read(session: Session, caller: Caller, request_id: UUID) -> None:
    """Remember that the caller has read a request up to now; raise 404."""
    remember_read(session, caller, locked_request(session, caller, request_id))


def _add_items(session: Session, request: Request, items: Sequence[Mapping[str, Any]]) -> None:
    for position, item in enumerate(items):
        session.add(
            RequestItem(
                id=new_id(),
                request_id=request.id,
                position=position,
                title=item["title"],
                description=item.get("description", ""),
                needs_file=item.get("needs_file", False),
                optional=item.get("optional", False),
                status="open",
                answer="",
                reason="",
            )
        )


def _cited(
    session: Session, request: Request, document_ids: Sequence[UUID], items: Sequence[dict[str, Any]]
) -> dict[UUID, UUID | None]:
    """Return each document with the item that it answers, if any; raise 422 for an item of another request."""
    statement = select(RequestItem.id).where(RequestItem.request_id == request.id)
    known = set(session.scalars(statement.where(RequestItem.decision.is_distinct_from("accepted"))))
    wrong = [place for place, entry in enumerate(items) if entry["id"] not in known]
    if wrong:
        raise problems.invalid({f"items.{place}.id": ["Not an item of this request."] for place in wrong})
    cited: dict[UUID, UUID | None] = dict.fromkeys(document_ids)
    for entry in items:
        cited |= dict.fromkeys(entry["document_ids"], entry["id"])
    if len(cited) > MAX_CITED:
        raise problems.invalid({"document_ids": [f"At most {MAX_CITED} documents at once."]})
    return cited


def _require_content(caller: Caller, message: str, cited: dict[UUID, UUID | None], internal: bool) -> None:
    if internal and not caller.is_staff:
        raise problems.invalid({"internal": ["Unknown field."]})
    if not message and not cited:
        raise problems.invalid({"message": ["Write something, or add a document."]})


def _receive(session: Session, request: Request, item_ids: Sequence[UUID]) -> None:
    for item in session.scalars(select(RequestItem).where(RequestItem.id.in_(item_ids))):
        item.status, item.decision = "received", None


def _tell_reply(
    session: Session,
    request: Request,
    caller: Caller,
    comment: RequestComment,
    cited: dict[UUID, UUID | None],
) -> None:
    said = {"comment_id": comment.id, "comment": comment.message, "comment_document_ids": list(cited)}
    tell(session, REPLIED, request, by=caller.person, **said)
    noted(session, "request.replied", request, caller)

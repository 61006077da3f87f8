"""What happens to client requests: the firm asks, both write, the firm closes."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.activity.actions import note
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.requests.models import (
    MAX_CITED,
    TRANSITIONS,
    Request,
    RequestComment,
    RequestDocument,
    RequestItem,
    RequestRead,
)
from services.portal.search.actions import keep

CREATED = "portal.request.created.v1"
REPLIED = "portal.request.replied.v1"
CLOSED = "portal.request.closed.v1"
REOPENED = "portal.request.reopened.v1"


def create_request(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID,
    title: str,
    message: str = "",
    due_on: date | None = None,
    items: Sequence[dict[str, Any]] = (),
    document_ids: Sequence[UUID] = (),
) -> Request:
    """Ask something of a client and return the request; raise 422 for an unknown or archived client."""
    known = select(Account).where(Account.id == account_id, is_visible(caller, Account.id))
    account = session.scalar(known)
    if account is None or account.status != "active":
        raise problems.invalid({"account_id": ["Choose one of the active clients."]})
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
        version=1,
    )
    session.add(request)
    session.flush()
    for position, item in enumerate(items):
        session.add(
            RequestItem(id=new_id(), request_id=request.id, position=position, title=item["title"], status="open")
        )
    _cite(session, request, None, ((document_id, None) for document_id in document_ids))
    texts = [title, message, *(item["title"] for item in items)]
    keep(session, "request", request.id, texts, account_id=account_id, at=now)
    _tell(session, CREATED, request)
    _note(session, "request.created", request, caller)
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
) -> Request:
    """Add a comment to a request and return the request.

    A client's answer makes an open request `replied`, the firm's makes a replied one `open`. `items` says which
    documents answer which item of the checklist. An `internal` note changes nothing and is told to nobody.
    Raises 404, 409 for a closed request, 422 for nothing said, an unknown item, or a note by a client.
    """
    request = _request(session, caller, request_id)
    cited = _cited(session, request, document_ids, items)
    _require_content(caller, message, cited, internal)
    _read(session, caller, request)
    if not internal:
        _answer(request, caller)
    comment = _add_comment(session, request, caller, message, cited, internal)
    if internal:
        _note(session, "request.noted", request, caller)
        return request
    _receive(session, request, [entry["id"] for entry in items])
    _tell_reply(session, request, caller, comment, cited)
    return request


def close_request(session: Session, caller: Caller, request_id: UUID) -> Request:
    """Close a request and return it; raise 404, or 409 where it is closed already."""
    request = _request(session, caller, request_id)
    _move(request, "closed")
    _tell(session, CLOSED, request, by=caller.person)
    _note(session, "request.closed", request, caller)
    return request


def reopen_request(session: Session, caller: Caller, request_id: UUID, *, message: str = "") -> Request:
    """Open a closed request again and return it, perhaps with a word why; raise 404, or 409 where it is not closed."""
    request = _request(session, caller, request_id)
    if request.status != "closed":
        raise problems.conflict("illegal_transition", "Only a closed request can be opened again.")
    _move(request, "open")
    request.firm_wrote_at = request.updated_at
    _tell(session, REOPENED, request, by=caller.person)
    _note(session, "request.reopened", request, caller)
    return reply(session, caller, request_id, message=message) if message else request


def mark_read(session: Session, caller: Caller, request_id: UUID) -> None:
    """Remember that the caller has read a request up to now; raise 404."""
    _read(session, caller, _request(session, caller, request_id))


def _request(session: Session, caller: Caller, request_id: UUID) -> Request:
    statement = select(Request).where(Request.id == request_id, is_visible(caller, Request.account_id))
    if not caller.is_staff:
        statement = statement.where(Request.account_id == caller.account_id)
    request: Request | None = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if request is None:
        raise problems.not_found("This request")
    return request


def _read(session: Session, caller: Caller, request: Request) -> None:
    # The request is locked, so that no two calls of a person both insert the row.
    session.merge(RequestRead(request_id=request.id, user_id=caller.id, read_at=clock.now()))


def _move(request: Request, status: str) -> None:
    if status not in TRANSITIONS[request.status]:
        raise problems.conflict("illegal_transition", f"A request that is {request.status} cannot become {status}.")
    request.status = status
    _count(request)


def _answer(request: Request, caller: Caller) -> None:
    """Hand the request to the other side; where it lies there already, count the change alone."""
    status = "open" if caller.is_staff else "replied"
    if request.status == status:
        _count(request)
    elif request.status == "closed":
        raise problems.conflict("illegal_transition", "This request is closed.")
    else:
        _move(request, status)
    if caller.is_staff:
        request.firm_wrote_at = request.updated_at
    else:
        request.client_wrote_at = request.updated_at


def _count(request: Request) -> None:
    request.version += 1
    request.updated_at = clock.now()


def _cited(
    session: Session, request: Request, document_ids: Sequence[UUID], items: Sequence[dict[str, Any]]
) -> dict[UUID, UUID | None]:
    """Return each document with the item that it answers, if any; raise 422 for an item of another request."""
    known = set(session.scalars(select(RequestItem.id).where(RequestItem.request_id == request.id)))
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


def _add_comment(
    session: Session,
    request: Request,
    caller: Caller,
    message: str,
    cited: dict[UUID, UUID | None],
    internal: bool,
) -> RequestComment:
    comment = RequestComment(
        id=new_id(),
        request_id=request.id,
        by=caller.person,
        message=message,
        internal=internal,
        at=clock.now(),
    )
    session.add(comment)
    session.flush()
    _cite(session, request, comment, cited.items())
    of = {"subject_id": request.id, "account_id": request.account_id}
    keep(session, "request", comment.id, [message], at=comment.at, internal=internal, **of)
    return comment


def _cite(
    session: Session,
    request: Request,
    comment: RequestComment | None,
    cited: Iterable[tuple[UUID, UUID | None]],
) -> None:
    for position, (document_id, item_id) in enumerate(dict(cited).items()):
        session.add(
            RequestDocument(
                id=new_id(),
                request_id=request.id,
                comment_id=comment and comment.id,
                item_id=item_id,
                document_id=document_id,
                position=position,
            )
        )


def _receive(session: Session, request: Request, item_ids: Sequence[UUID]) -> None:
    for item in session.scalars(select(RequestItem).where(RequestItem.id.in_(item_ids))):
        item.status = "received"


def _tell_reply(
    session: Session,
    request: Request,
    caller: Caller,
    comment: RequestComment,
    cited: dict[UUID, UUID | None],
) -> None:
    _tell(
        session,
        REPLIED,
        request,
        by=caller.person,
        comment_id=comment.id,
        comment=comment.message,
        comment_document_ids=list(cited),
    )
    _note(session, "request.replied", request, caller)


def _tell(session: Session, type: str, request: Request, **extra: Any) -> None:
    session.flush()
    outbox.record(session, type, subject=request.id, version=request.version, data=_state(session, request) | extra)


def _state(session: Session, request: Request) -> dict[str, Any]:
    items = select(RequestItem).where(RequestItem.request_id == request.id).order_by(RequestItem.position)
    documents = (
        select(RequestDocument.document_id)
        .where(RequestDocument.request_id == request.id, RequestDocument.comment_id.is_(None))
        .order_by(RequestDocument.position)
    )
    names = (
        "id",
        "account_id",
        "title",
        "message",
        "status",
        "due_on",
        "created_by",
        "created_at",
        "version",
    )
    return {name: getattr(request, name) for name in names} | {
        "items": [{"id": item.id, "title": item.title, "status": item.status} for item in session.scalars(items)],
        "document_ids": list(session.scalars(documents)),
    }


def _note(session: Session, kind: str, request: Request, caller: Caller) -> None:
    note(
        session,
        kind,
        account_id=request.account_id,
        by=caller.person,
        subject=("request", request.id),
        title=request.title,
    )

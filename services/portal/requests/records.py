"""The rows of a request as its actions change them: locked, moved from side to side, commented."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.directory.assigned import is_visible
from services.portal.requests.models import TRANSITIONS, Request, RequestComment, RequestDocument, RequestRead
from services.portal.search.actions import keep


def locked_request(session: Session, caller: Caller, request_id: UUID) -> Request:
    """Return a request, locked; raise 404 for one that `caller` may not see."""
    statement = select(Request).where(Request.id == request_id, is_visible(caller, Request.account_id))
    if not caller.is_staff:
        statement = statement.where(Request.account_id == caller.account_id)
    request: Request | None = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if request is None:
        raise problems.not_found("This request")
    return request


def remember_read(session: Session, caller: Caller, request: Request) -> None:
    """Remember that the caller has read a request up to now."""
    # The request is locked, so that no two calls of a person both insert the row.
    session.merge(RequestRead(request_id=request.id, user_id=caller.id, read_at=clock.now()))


def move(request: Request, status: str) -> None:
    """Give a request another status; raise 409 where it may not have that now."""
    if status not in TRANSITIONS[request.status]:
        raise problems.conflict("illegal_transition", f"A request that is {request.status} cannot become {status}.")
    request.status = status
    count(request)


def hand_over(request: Request, caller: Caller) -> None:
    """Hand the request to the other side; where it lies there already, count the change alone. Raise 409 if closed."""
    status = "open" if caller.is_staff else "replied"
    if request.status == status:
        count(request)
    elif request.status == "closed":
        raise problems.conflict("illegal_transition", "This request is closed.")
    else:
        move(request, status)
    if caller.is_staff:
        request.firm_wrote_at = request.updated_at
    else:
        request.client_wrote_at = request.updated_at


def count(request: Request) -> None:
    """Count a change."""
    request.version += 1
    request.updated_at = clock.now()


def once_of(caller: Caller, key: str | None) -> str | None:
    """Return what an `Idempotency-Key` of this caller is kept as."""
    return f"{caller.id}:{key}" if key else None


def is_said(session: Session, once: str | None) -> bool:
    """Return whether a comment with this key is there already."""
    return once is not None and session.scalar(select(RequestComment.id).where(RequestComment.once == once)) is not None


def add_comment(
    session: Session,
    request: Request,
    caller: Caller,
    message: str,
    cited: dict[UUID, UUID | None],
    *,
    internal: bool = False,
    item_id: UUID | None = None,
    act: str | None = None,
    once: str | None = None,
) -> RequestComment:
    """Add a comment with the documents that it cites, each with the item that it answers, and return it."""
    comment = RequestComment(
        id=new_id(),
        request_id=request.id,
        by=caller.person,
        message=message,
        internal=internal,
        at=clock.now(),
        item_id=item_id,
        act=act,
        once=once,
    )
    session.add(comment)
    session.flush()
    cite(session, request, comment, cited.items())
    of = {"subject_id": request.id, "account_id": request.account_id}
    keep(session, "request", comment.id, [message], at=comment.at, internal=internal, **of)
    return comment


def cite(
    session: Session,
    request: Request,
    comment: RequestComment | None,
    cited: Iterable[tuple[UUID, UUID | None]],
) -> None:
    """Let a comment, or the request itself, cite documents: each once, perhaps for an item."""
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

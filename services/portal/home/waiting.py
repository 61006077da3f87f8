"""What waits for a client or is new to them, of every kind, in one statement.

Each source is a select of the same columns; one more kind of thing is one more source.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, String, Uuid, and_, cast, exists, literal, null, select, union_all
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.columns import Json, UtcDateTime
from services.contracts.client_roles import WORKS
from services.portal.approvals.models import Approval
from services.portal.approvals.queries import of_newest_version, waits_for_client
from services.portal.cases.models import Case
from services.portal.conversations.queries import unread_count
from services.portal.copies.models import Document, DocumentOpening
from services.portal.field_editor.models import FieldValue
from services.portal.paging import Rows
from services.portal.requests.lists import NO_DUE, merged
from services.portal.reviews import queries as reviews
from services.portal.reviews.models import ReviewRequest

MOST_MATTERS, MOST_DOCUMENTS = 100, 200
REVIEW_REQUEST = "review_request"
MATTERS, NEW_DOCUMENT, FILLED, MESSAGES = ("request", "sign_request"), "new_document", "filled", "messages"
CASE, MOST_CASES = "case", 50
APPROVAL, MOST_APPROVALS = "approval", 50
COLUMNS: dict[str, Any] = {
    "kind": String(),
    "id": Uuid(),
    "title": String(),
    "due": Date(),
    "at": UtcDateTime(),
    "by": Json,
    "done": Integer(),
    "total": Integer(),
    "pages": Integer(),
}
"""What every source tells, by name; what it does not say is null."""


class Waiting:
    """What was found for a client, by kind."""

    def __init__(self, rows: dict[str, list[Any]]) -> None:
        self._rows = rows

    @property
    def matters(self) -> list[Any]:
        """Requests and sign requests that wait, the soonest due first."""
        found = [row for kind in MATTERS for row in self._rows[kind]]
        return sorted(found, key=lambda row: (row.due or NO_DUE, row.at))

    @property
    def new_documents(self) -> list[Any]:
        """What the firm shared and this person has not opened yet, the latest first."""
        return sorted(self._rows[NEW_DOCUMENT], key=lambda row: (row.at, row.id), reverse=True)

    @property
    def approvals(self) -> list[Any]:
        """Documents that the firm asks this client to approve, the first asked first (B25)."""
        return sorted(self._rows[APPROVAL], key=lambda row: (row.at, row.id))

    @property
    def cases(self) -> list[Any]:
        """Cases that wait for an answer of this client, the longest waiting first."""
        return sorted(self._rows[CASE], key=lambda row: (row.at, row.id))

    @property
    def messages(self) -> int:
        """How many conversations this person has not read."""
        return sum(row.total for row in self._rows[MESSAGES])

    @property
    def review_request(self) -> dict[str, Any] | None:
        """The firm's open request for a review to this person, or None (S40)."""
        found = self._rows[REVIEW_REQUEST]
        return {"id": found[0].id, "requested_by": found[0].by, "requested_at": found[0].at} if found else None

    @property
    def filled(self) -> set[UUID]:
        """Which of the firm's own fields something stands in, of those asked for."""
        return {row.id for row in self._rows[FILLED]}


def waiting(session: Session, caller: Caller, own_fields: Collection[UUID] = ()) -> Waiting:
    """Return what waits for a client; `own_fields` are those fields of which to say whether they are filled."""
    selects = [source(caller) for source in SOURCES]
    if own_fields:
        selects.append(_filled(caller, own_fields))
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(union_all(*(found for found in selects if found is not None))):
        rows[row.kind].append(row)
    return Waiting(rows)


def told(**said: Any) -> list[Any]:
    """Return the columns of a source, in order and named, from those that it has something for."""
    return [(said[name] if name in said else cast(null(), type)).label(name) for name, type in COLUMNS.items()]


def is_new(user_id: UUID | str) -> ColumnElement[bool]:
    """Return the condition that a document is shared by the firm and was never opened by this user."""
    opened = exists().where(DocumentOpening.document_id == Document.id, DocumentOpening.user_id == user_id)
    return and_(Document.shared, Document.status == "available", Document.origin != "client", ~opened)


def _matters(caller: Caller) -> Rows:
    listed = merged(caller, "all")
    columns = told(
        kind=listed.c.kind,
        id=listed.c.id,
        title=listed.c.title,
        due=listed.c.due,
        at=listed.c.created_at,
        by=listed.c.created_by,
        done=listed.c.items_total - listed.c.items_open,
        total=listed.c.items_total,
        pages=listed.c.pages,
    )
    here = select(*columns).where(listed.c.waiting)
    return _first(here.order_by(listed.c.due, listed.c.created_at), MOST_MATTERS)


def _new_documents(caller: Caller) -> Rows | None:
    if caller.role not in WORKS:
        return None
    here = select(*told(kind=literal(NEW_DOCUMENT), id=Document.id, title=Document.name, at=Document.shared_at))
    here = here.where(Document.account_id == caller.account_id, is_new(caller.id))
    return _first(here.order_by(Document.shared_at.desc(), Document.id), MOST_DOCUMENTS)


def _approvals(caller: Caller) -> Rows | None:
    if caller.role not in WORKS:
        return None
    asked = told(
        kind=literal(APPROVAL), id=Approval.document_id, title=Document.name, at=Approval.at, by=Approval.asked_by
    )
    here = select(*asked).join(Document, of_newest_version()).where(waits_for_client(caller))
    return _first(here.order_by(Approval.at), MOST_APPROVALS)


def _messages(caller: Caller) -> Rows | None:
    if caller.role not in WORKS:
        return None
    return select(*told(kind=literal(MESSAGES), total=unread_count(caller).scalar_subquery()))


def _cases(caller: Caller) -> Rows | None:
    if caller.role not in WORKS:
        return None
    here = select(*told(kind=literal(CASE), id=Case.id, title=Case.title, at=Case.updated_at))
    here = here.where(Case.account_id == caller.account_id, Case.status == "waiting_for_response")
    return _first(here.order_by(Case.updated_at), MOST_CASES)


def _review_requests(caller: Caller) -> Rows:
    asked = told(
        kind=literal(REVIEW_REQUEST), id=ReviewRequest.id, at=ReviewRequest.requested_at, by=ReviewRequest.requested_by
    )
    return select(*asked).where(
        ReviewRequest.contact_id == caller.contact_id,
        ReviewRequest.account_id == caller.account_id,
        *reviews.usable(),
    )


SOURCES: tuple[Callable[[Caller], Rows | None], ...] = (
    _matters,
    _review_requests,
    _new_documents,
    _messages,
    _cases,
    _approvals,
)
"""Where what waits for a client, and what is new, is looked for; None where their role has none of it."""


def _filled(caller: Caller, field_ids: Collection[UUID]) -> Rows:
    owners = [id for id in (caller.account_id, caller.contact_id) if id]
    here = select(*told(kind=literal(FILLED), id=FieldValue.field_id))
    return here.where(FieldValue.field_id.in_(field_ids), FieldValue.owner_id.in_(owners))


def _first(statement: Rows, most: int) -> Rows:
    """Return the first rows of a statement as a part that a union takes on SQLite, too."""
    return select(statement.limit(most).subquery())

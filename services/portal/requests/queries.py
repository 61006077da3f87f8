"""Reads of one request: its thread, its checklist, its documents."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.copies.models import Document
from services.portal.directory.assigned import is_visible
from services.portal.directory.queries import names
from services.portal.models import columns
from services.portal.requests.lists import unread
from services.portal.requests.models import Request, RequestComment, RequestDocument, RequestItem

_NEXT = {"open": ("reply", "close"), "replied": ("reply", "close"), "closed": ("reopen",)}


def request(session: Session, caller: Caller, request_id: UUID) -> dict[str, Any]:
    """Return a request as `caller` may see it; raise 404 where it does not exist or is another client's.

    A client sees no internal note, and of the documents only those that are shared or its own. A document
    of another account is shown to nobody, whoever cited it.
    """
    row, is_unread = _request(session, caller, request_id)
    cited = _Cited(session, caller, row)
    return columns(row) | {
        "account_name": names(session, [row.account_id]).get(row.account_id, ""),
        "unread": is_unread,
        "items": [columns(item) | {"status": item.state} | cited.of_item(item.id) for item in _items(session, row)],
        "comments": [columns(comment) | cited.of_comment(comment.id) for comment in _comments(session, caller, row)],
        **cited.of_comment(None),
        "unsent_documents": cited.unsent(session),
        "allowed": [verb for verb in _NEXT[row.status] if caller.is_staff or verb == "reply"],
    }


def _request(session: Session, caller: Caller, request_id: UUID) -> tuple[Request, bool]:
    statement = select(Request, unread(caller)).where(Request.id == request_id, is_visible(caller, Request.account_id))
    if not caller.is_staff:
        statement = statement.where(Request.account_id == caller.account_id)
    for row, is_unread in session.execute(statement):
        return row, bool(is_unread)
    raise problems.not_found("This request")


def _items(session: Session, row: Request) -> Iterable[RequestItem]:
    return session.scalars(select(RequestItem).where(RequestItem.request_id == row.id).order_by(RequestItem.position))


def _comments(session: Session, caller: Caller, row: Request) -> Iterable[RequestComment]:
    statement = select(RequestComment).where(RequestComment.request_id == row.id)
    if not caller.is_staff:
        statement = statement.where(~RequestComment.internal)
    return session.scalars(statement.order_by(RequestComment.at, RequestComment.id))


class _Cited:
    """The documents that a request cites, as far as they have arrived and the caller may see them."""

    def __init__(self, session: Session, caller: Caller, row: Request) -> None:
        self._caller, self._row = caller, row
        statement = (
            select(RequestDocument, Document)
            .outerjoin(Document, Document.id == RequestDocument.document_id)
            .where(RequestDocument.request_id == row.id)
            .order_by(RequestDocument.position)
        )
        self._links: list[tuple[RequestDocument, Document | None]] = [
            (link, document) for link, document in session.execute(statement)
        ]
        self._by_comment: dict[UUID | None, list[Document | None]] = defaultdict(list)
        self._by_item: dict[UUID | None, list[Document | None]] = defaultdict(list)
        for link, document in self._links:
            self._by_comment[link.comment_id].append(document)
            self._by_item[link.item_id].append(document)

    def of_comment(self, comment_id: UUID | None) -> dict[str, Any]:
        """Return the documents of a comment; those of the request itself for None."""
        return self._shown(self._by_comment[comment_id])

    def of_item(self, item_id: UUID) -> dict[str, Any]:
        """Return the documents that answer an item."""
        return self._shown(self._by_item[item_id])

    def unsent(self, session: Session) -> list[dict[str, Any]]:
        """Return what the caller's side uploaded for this request and has not sent with a comment."""
        sent = {link.document_id for link, _ in self._links}
        origin = "firm" if self._caller.is_staff else "client"
        statement = select(Document).where(
            Document.request_id == self._row.id,
            Document.account_id == self._row.account_id,
            Document.origin == origin,
            Document.status == "available",
        )
        found = session.scalars(statement.order_by(Document.uploaded_at, Document.id))
        return [columns(document) for document in found if document.id not in sent]

    def _shown(self, documents: list[Document | None]) -> dict[str, Any]:
        shown = [columns(document) for document in documents if document and self._may_see(document)]
        return {"documents": shown, "pending_documents": sum(document is None for document in documents)}

    def _may_see(self, document: Document) -> bool:
        if document.account_id != self._row.account_id:
            return False
        if self._caller.is_staff:
            return document.status != "deleted"
        return document.status == "available" and (document.shared or document.origin == "client")

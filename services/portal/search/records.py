"""Finding what staff and clients both work with: requests, sign requests, documents; each side what it may see."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.copies.actions import RESTRICTED
from services.portal.copies.models import Document, SignRequest
from services.portal.directory.assigned import is_visible
from services.portal.requests.lists import called_to_sign
from services.portal.requests.models import Request, RequestComment
from services.portal.reviews.models import Review
from services.portal.reviews.queries import are_on
from services.portal.search.entries import Asked, Found, hit, once, page_of_entries, texts_of, with_account_names
from services.portal.search.models import SearchEntry
from services.portal.search.words import excerpt


def requests(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find requests by title, message, checklist and comments; an internal note finds one for staff alone."""
    statement = select(Request.id, Request.account_id, Request.title, Request.message, Request.status)
    statement = statement.join(SearchEntry, SearchEntry.subject_id == Request.id)
    rows, following = page_of_entries(
        session, caller, asked, ["request"], statement, _of_account(caller, Request.account_id)
    )
    comments = texts_of(session, RequestComment.id, RequestComment.message, [row.row_id for row in rows])
    hits = [hit("request", row, asked, comments.get(row.row_id, row.message), status=row.status) for row in rows]
    return with_account_names(session, caller, once(hits)), following


def sign_requests(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find sign requests by title; a client's are those to which this person was called."""
    statement = select(SignRequest.id, SignRequest.account_id, SignRequest.title, SignRequest.status)
    statement = statement.join(SearchEntry, SearchEntry.subject_id == SignRequest.id)
    visible = _of_account(caller, SignRequest.account_id)
    if not caller.is_staff:
        visible += called_to_sign(caller)
    rows, following = page_of_entries(session, caller, asked, ["sign_request"], statement, visible)
    hits = [hit("sign_request", row, asked, status=row.status) for row in rows]
    return with_account_names(session, caller, hits), following


def documents(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find documents by name: to a client what was shared or came from the client's side (S45)."""
    statement = select(Document.id, Document.account_id, Document.name.label("title"), Document.origin)
    statement = statement.join(SearchEntry, SearchEntry.subject_id == Document.id)
    visible = [*_of_account(caller, Document.account_id)]
    visible.append(Document.status.in_(("available", RESTRICTED) if caller.is_staff else ("available",)))
    if not caller.is_staff:
        visible.append(or_(Document.shared, Document.origin == "client"))
    rows, following = page_of_entries(session, caller, asked, ["document"], statement, visible)
    return with_account_names(session, caller, [hit("document", row, asked) for row in rows]), following


def reviews(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find reviews by what clients wrote in them, while the firm takes any (S25)."""
    if not are_on(session):
        return [], None
    statement = select(Review.id, Review.account_id, Review.by, Review.comment)
    statement = statement.join(SearchEntry, SearchEntry.subject_id == Review.id)
    rows, following = page_of_entries(
        session, caller, asked, ["review"], statement, _of_account(caller, Review.account_id)
    )
    hits = [
        {
            "kind": "review",
            "id": row.id,
            "title": row.by["name"],
            "excerpt": excerpt(row.comment, asked.words),
            "at": row.at,
            "account_id": row.account_id,
        }
        for row in rows
    ]
    return with_account_names(session, caller, hits), following


def _of_account(caller: Caller, account_id: Any) -> list[ColumnElement[bool]]:
    return [is_visible(caller, account_id) if caller.is_staff else account_id == caller.account_id]

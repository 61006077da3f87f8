"""Reads of reviews and of the requests for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.secrets import hash_token
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.queries import names
from services.portal.models import columns
from services.portal.paging import Order, page
from services.portal.reviews.models import MOST_STARS, Review, ReviewRequest
from services.portal.settings.models import FirmSettings
from services.portal.settings.queries import firm_settings, switches

OPEN = (ReviewRequest.answered_at.is_(None), ReviewRequest.revoked_at.is_(None))
LATEST = 3


def require_reviews(session: Session) -> None:
    """Raise 403 `reviews_off` while the firm takes no reviews (S25)."""
    if not are_on(session):
        raise problems.forbidden("The firm takes no reviews.", code="reviews_off")


def are_on(session: Session, firm: FirmSettings | None = None) -> bool:
    """Return whether the firm takes reviews; `firm` spares the question for whoever has its settings."""
    return switches(firm or firm_settings(session))["reviews"]


def reviews(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID | None,
    stars: int | None,
    state: str,
    q: str,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """Return a page of reviews, the latest first: to staff those of its clients with figures, to a client their own.

    The figures count what the filters by client let through, and no test client (S14).
    """
    require_reviews(session)
    mine = _visible(caller)
    if account_id:
        mine = [*mine, Review.account_id == account_id]
    statement = select(Review.id, Review.created_at).where(*mine)
    if stars:
        statement = statement.where(Review.stars == stars)
    if state != "all":
        is_answered = Review.answered_at.is_not(None)
        statement = statement.where(is_answered if state == "answered" else ~is_answered)
    if q:
        statement = statement.where(Review.comment.icontains(q, autoescape=True))
    order = Order(Review.created_at, Review.id, parse=datetime.fromisoformat, descending=True)
    rows, following = page(session, statement, order, cursor, limit, value="created_at")
    told = _told(session, [row.id for row in rows])
    figures = _figures(session, mine, with_tests=account_id is not None) if caller.is_staff else None
    return {"items": [told[row.id] for row in rows], "next": following, "figures": figures}


def review(session: Session, caller: Caller, review_id: UUID) -> dict[str, Any]:
    """Return a review; raise 404 for one that `caller` may not see."""
    require_reviews(session)
    found = session.scalar(select(Review.id).where(Review.id == review_id, *_visible(caller)))
    if found is None:
        raise problems.not_found("This review")
    return _told(session, [found])[found]


def of_account(session: Session, caller: Caller, account_id: UUID) -> dict[str, Any]:
    """Return how a client rates the firm, its latest reviews, and who is asked for one; raise 404."""
    require_reviews(session)
    if session.scalar(select(Account.id).where(Account.id == account_id, is_visible(caller, Account.id))) is None:
        raise problems.not_found("This client")
    theirs = Review.account_id == account_id
    latest = select(Review.id).where(theirs).order_by(Review.created_at.desc(), Review.id.desc()).limit(LATEST)
    ids = list(session.scalars(latest))
    told = _told(session, ids)
    asked = (
        select(ReviewRequest.contact_id, Contact.name, ReviewRequest.requested_at, ReviewRequest.expires_at)
        .join(Contact, Contact.id == ReviewRequest.contact_id)
        .where(ReviewRequest.account_id == account_id, *usable())
        .order_by(ReviewRequest.requested_at.desc(), ReviewRequest.id)
    )
    return {
        "figures": _figures(session, [theirs], with_tests=True),
        "latest": [told[id] for id in ids],
        "open_requests": [dict(row._mapping) for row in session.execute(asked)],
    }


def usable() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a request waits for its review."""
    return (*OPEN, ReviewRequest.expires_at > clock.now())


def request_of_link(session: Session, token: str) -> ReviewRequest | None:
    """Return the request of a link, whatever its state."""
    found: ReviewRequest | None = session.scalar(
        select(ReviewRequest).where(ReviewRequest.token_hash == hash_token(token))
    )
    return found


def link(session: Session, token: str) -> dict[str, Any]:
    """Return whom a link asks and how it stands: open, answered, revoked or expired; raise 404 for an unknown one."""
    require_reviews(session)
    request = request_of_link(session, token)
    contact = session.get(Contact, request.contact_id) if request else None
    if request is None or contact is None or contact.removed:
        raise problems.not_found("This link")
    return {"name": contact.name, "locale": contact.locale, "status": _status(request)}


def _status(request: ReviewRequest) -> str:
    if request.answered_at:
        return "answered"
    if request.revoked_at:
        return "revoked"
    return "open" if request.expires_at > clock.now() else "expired"


def _visible(caller: Caller) -> list[ColumnElement[bool]]:
    if caller.is_staff:
        return [is_visible(caller, Review.account_id)]
    return [Review.account_id == caller.account_id, Review.contact_id == caller.contact_id]


def _told(session: Session, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    found = session.scalars(select(Review).where(Review.id.in_(ids))).all() if ids else []
    accounts = names(session, {row.account_id for row in found}) if found else {}
    return {row.id: columns(row) | {"account_name": accounts.get(row.account_id, "")} for row in found}


def _figures(session: Session, conditions: list[ColumnElement[bool]], *, with_tests: bool) -> dict[str, Any]:
    """Return how many reviews there are, of each number of stars, and their average (None without any)."""
    statement = select(Review.stars, func.count().label("number")).where(*conditions).group_by(Review.stars)
    if not with_tests:
        statement = statement.join(Account, Account.id == Review.account_id).where(~Account.is_test)
    counted: dict[int, int] = {row.stars: row.number for row in session.execute(statement)}
    total = sum(counted.values())
    points = sum(stars * count for stars, count in counted.items())
    return {
        "total": total,
        "average": round(points / total, 2) if total else None,
        "by_stars": {str(stars): counted.get(stars, 0) for stars in range(1, MOST_STARS + 1)},
    }

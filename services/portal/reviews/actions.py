"""What happens to reviews: the firm asks for one, a client rates, the firm answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.chassis.problems import Problem
from services.chassis.secrets import Sealer, hash_token, new_token
from services.portal.activity.actions import note
from services.portal.copies.models import IdentityUserContact
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.records import locked_account, people_of
from services.portal.reviews import queries
from services.portal.reviews.models import Review, ReviewRequest
from services.portal.search.actions import keep
from services.portal.settings.queries import firm_settings

SUBMITTED = "portal.review.submitted.v1"
ANSWERED = "portal.review.answered.v1"
REQUESTED = "portal.review.requested.v1"
REQUEST_LIFE = timedelta(days=30)
ASKED_AGAIN_AFTER = timedelta(days=1)
"""Each request is a mail: nobody is asked twice a day, however often a form is sent."""
TOLD = (
    *("id", "account_id", "contact_id", "by", "stars", "comment", "created_at"),
    *("answer", "answered_by", "answered_at", "version"),
)

Person = Mapping[str, Any]


def submit_review(session: Session, caller: Caller, *, stars: int, comment: str = "") -> Review:
    """Take a client's review and return it; on the day of the last one it takes that one's place.

    Raises 403 while the firm takes no reviews, 409 where the firm has answered today's review already.
    """
    queries.require_reviews(session)
    assert caller.account_id  # what `allow(client=True)` has checked, and that there is a contact
    assert caller.contact_id
    account = locked_account(session, caller, caller.account_id)
    return _keep(session, account, caller.contact_id, caller.person, stars, comment)


def rate_by_link(session: Session, token: str, *, stars: int, comment: str = "") -> Review:
    """Use the link of a request up: take the review of the person who was asked, and return it.

    Raises a 410 `Problem` for a link that is over, and as `submit_review` does; then nothing is used up.
    """
    queries.require_reviews(session)
    found = queries.request_of_link(session, token)
    if found is None:
        raise link_over()
    account = session.get(Account, found.account_id, with_for_update=True)
    used = session.scalar(
        update(ReviewRequest)
        .where(ReviewRequest.id == found.id, *queries.usable())
        .values(answered_at=clock.now())
        .returning(ReviewRequest.id)
    )
    contact = session.get(Contact, found.contact_id)
    if used is None or account is None or contact is None or contact.removed:
        raise link_over()
    user_id = _users(session, [contact.id]).get(contact.id)
    by = {"kind": "client", "id": str(user_id or contact.id), "name": contact.name}
    review = _keep(session, account, contact.id, by, stars, comment)
    session.execute(update(ReviewRequest).where(ReviewRequest.id == used).values(review_id=review.id))
    return review


def answer_review(session: Session, caller: Caller, review_id: UUID, *, answer: str) -> Review:
    """Answer a review and have the answer mailed; raise 404, or 409 where there is one: what is mailed, stays."""
    queries.require_reviews(session)
    statement = select(Review).where(Review.id == review_id, is_visible(caller, Review.account_id))
    review: Review | None = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if review is None:
        raise problems.not_found("This review")
    if review.answer is not None:
        raise problems.conflict("answered_already", "Somebody has answered this review already.")
    now = clock.now()
    review.answer, review.answered_by, review.answered_at = answer, caller.person, now
    review.updated_at = now
    review.version += 1
    session.flush()
    contact = session.get(Contact, review.contact_id)
    email = contact.email if contact and not contact.removed else ""
    _tell(session, ANSWERED, review, email=email)
    _note(session, "review.answered", review, caller.person)
    return review


def request_reviews(
    session: Session, caller: Caller, sealer: Sealer, public_url: str, account_id: UUID, *, contact_ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    """Ask these people of a client for a review, each by a mail with a link; return what came of each.

    A new request makes the link before it work no more. Who was asked within a day is not asked again. Raises 404,
    409 for an archived client, 422 for who is no contact of this client.
    """
    queries.require_reviews(session)
    account = locked_account(session, caller, account_id)
    if account.status != "active":
        raise problems.conflict("account_archived", "This client is archived.")
    known = {person.id: person for person in people_of(session, account_id)}
    if not contact_ids or any(id not in known for id in contact_ids):
        words = "Not a contact of this client." if contact_ids else "Choose at least one person."
        raise problems.invalid({"contact_ids": [words]})
    chosen = [known[id] for id in dict.fromkeys(contact_ids)]
    lately = _asked_lately(session, (person.id for person in chosen))
    users = _users(session, [person.id for person in chosen])
    for person in chosen:
        if person.id not in lately:
            _request(session, caller, sealer, public_url, person, users.get(person.id))
    return [
        {"contact_id": person.id, "name": person.name, "result": "asked_lately" if person.id in lately else "sent"}
        for person in chosen
    ]


def link_over() -> Problem:
    """Return the answer for a link that was used, replaced, is too old, or never was."""
    return Problem(410, "link_over", "This link works no more", "Ask for a new one, or rate us in the portal.")


def _keep(session: Session, account: Account, contact_id: UUID, by: Person, stars: int, comment: str) -> Review:
    """Keep the review of the day and close what asked for it. The account is locked, so nobody else keeps one."""
    now = clock.now()
    day = now.astimezone(ZoneInfo(firm_settings(session).timezone)).date()
    review = session.scalar(select(Review).where(Review.contact_id == contact_id, Review.day == day))
    if review and review.answer is not None:
        raise problems.conflict("answered_already", "The firm has answered your review of today already.")
    same = review is not None and (review.stars, review.comment) == (stars, comment)
    kind = "review.changed" if review else "review.submitted"
    if review is None:
        review = Review(id=new_id(), account_id=account.id, contact_id=contact_id, day=day, created_at=now, version=0)
        session.add(review)
    if not same:
        review.by, review.stars, review.comment = dict(by), stars, comment
        review.updated_at = now
        review.version += 1
        keep(session, "review", review.id, [comment], account_id=account.id, at=review.created_at, internal=True)
    session.flush()
    _close_requests(session, contact_id, review.id)
    if not same:  # a form that was sent twice is one review
        _tell(session, SUBMITTED, review)
        _note(session, kind, review, by)
    return review


def _close_requests(session: Session, contact_id: UUID, review_id: UUID) -> None:
    session.execute(
        update(ReviewRequest)
        .where(ReviewRequest.contact_id == contact_id, *queries.OPEN)
        .values(answered_at=clock.now(), review_id=review_id)
        .execution_options(synchronize_session=False)
    )


def _asked_lately(session: Session, contact_ids: Iterable[UUID]) -> set[UUID]:
    statement = select(ReviewRequest.contact_id).where(
        ReviewRequest.contact_id.in_(list(contact_ids)), ReviewRequest.requested_at > clock.now() - ASKED_AGAIN_AFTER
    )
    return set(session.scalars(statement))


def _users(session: Session, contact_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the user of each contact who has one."""
    columns = (IdentityUserContact.contact_id, IdentityUserContact.user_id)
    found = session.execute(select(*columns).where(IdentityUserContact.contact_id.in_(contact_ids)))
    return {row.contact_id: row.user_id for row in found}


def _request(
    session: Session, caller: Caller, sealer: Sealer, public_url: str, person: Contact, user_id: UUID | None
) -> None:
    now, token = clock.now(), new_token()
    session.execute(
        update(ReviewRequest)
        .where(ReviewRequest.contact_id == person.id, *queries.OPEN)
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    request = ReviewRequest(
        id=new_id(),
        account_id=person.account_id,
        contact_id=person.id,
        token_hash=hash_token(token),
        requested_by=caller.person,
        requested_at=now,
        expires_at=now + REQUEST_LIFE,
    )
    session.add(request)
    session.flush()
    data = {name: getattr(person, name) for name in ("account_id", "name", "email", "locale", "timezone")} | {
        "id": request.id,
        "contact_id": person.id,
        "user_id": user_id,
        "by": caller.person,
        "requested_at": now,
        "expires_at": request.expires_at,
        "link": sealer.seal("notifications", f"{public_url}/rate/{token}"),
        "version": 1,
    }
    outbox.record(session, REQUESTED, subject=request.id, version=1, data=data)
    subject = ("review_request", request.id)
    note(
        session, "review.requested", account_id=person.account_id, by=caller.person, subject=subject, title=person.name
    )


def _tell(session: Session, type: str, review: Review, **extra: Any) -> None:
    user_id = _users(session, [review.contact_id]).get(review.contact_id)
    data = {name: getattr(review, name) for name in TOLD} | {"user_id": user_id} | extra
    outbox.record(session, type, subject=review.id, version=review.version, data=data)


def _note(session: Session, kind: str, review: Review, by: Person) -> None:
    """Add to the history; the title begins with the number of stars."""
    title = f"{review.stars} {review.comment}".strip()
    note(session, kind, account_id=review.account_id, by=by, subject=("review", review.id), title=title)

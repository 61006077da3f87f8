"""HTTP API of reviews; every call answers 403 `reviews_off` while the firm takes none."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.portal.models import columns
from services.portal.reviews import actions, queries
from services.portal.reviews.schemas import (
    AccountReviews,
    AskedOut,
    Contacts,
    Link,
    LinkOut,
    NewAnswer,
    NewReview,
    RatedOut,
    ReviewByLink,
    ReviewOut,
    ReviewPage,
    ReviewsQuery,
)

blueprint = Blueprint("reviews", __name__, url_prefix="/v1/reviews", description="What clients say of the service")
on_accounts = Blueprint("account_reviews", __name__, url_prefix="/v1/accounts", description="Reviews of one client")
links = Blueprint("review_links", __name__, url_prefix="/v1/review-links", description="For the gateway")


@blueprint.get("")
@blueprint.arguments(ReviewsQuery, location="query")
@blueprint.response(200, ReviewPage)
@allow(staff="clients.read", client=True)
def list_reviews(query: dict[str, Any]) -> dict[str, Any]:
    """List reviews, the latest first; a client's own to a client."""
    with reading() as session:
        return queries.reviews(session, caller(), **query)


@blueprint.post("")
@blueprint.arguments(NewReview)
@blueprint.response(201, ReviewOut)
@allow(client=True)
def submit_review(values: dict[str, Any]) -> dict[str, Any]:
    """Rate the firm's service; a second time on the same day changes the review of that day."""
    with unit_of_work() as session:
        review = actions.submit_review(session, caller(), **values)
        return queries.review(session, caller(), review.id)


@blueprint.get("/<uuid:review_id>")
@blueprint.response(200, ReviewOut)
@allow(staff="clients.read", client=True)
def get_review(review_id: UUID) -> dict[str, Any]:
    """Show a review with the firm's answer."""
    with reading() as session:
        return queries.review(session, caller(), review_id)


@blueprint.post("/<uuid:review_id>/answer")
@blueprint.arguments(NewAnswer)
@blueprint.response(200, ReviewOut)
@allow(staff="clients.write")
def answer_review(values: dict[str, Any], review_id: UUID) -> dict[str, Any]:
    """Answer a review; the client is mailed. 409 `answered_already` where somebody did."""
    with unit_of_work() as session:
        actions.answer_review(session, caller(), review_id, **values)
        return queries.review(session, caller(), review_id)


@on_accounts.get("/<uuid:account_id>/reviews")
@on_accounts.response(200, AccountReviews)
@allow(staff="clients.read")
def get_account_reviews(account_id: UUID) -> dict[str, Any]:
    """Show how a client rates the firm, and who of it is asked for a review."""
    with reading() as session:
        return queries.of_account(session, caller(), account_id)


@on_accounts.post("/<uuid:account_id>/review-requests")
@on_accounts.arguments(Contacts)
@on_accounts.response(200, AskedOut)
@allow(staff="clients.write")
def request_reviews(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Mail people of a client a link to rate the service; who was asked within a day is not mailed again."""
    runtime = current_runtime()
    with unit_of_work() as session:
        items = actions.request_reviews(
            session, caller(), runtime.sealer, runtime.settings.public_url, account_id, **values
        )
        return {"items": items}


@links.post("/inspect")
@links.arguments(Link)
@links.response(200, LinkOut)
@allow(service={"gateway"})
def inspect(values: dict[str, Any]) -> dict[str, Any]:
    """Tell whom a link asks and how it stands. To look never uses it up (threat 11)."""
    with reading() as session:
        return queries.link(session, **values)


@links.post("/submit")
@links.arguments(ReviewByLink)
@links.response(201, RatedOut)
@allow(service={"gateway"})
def submit_by_link(values: dict[str, Any]) -> dict[str, Any]:
    """Rate by a link, which is then used up; 410 `link_over` for one that works no more."""
    with unit_of_work() as session:
        return columns(actions.rate_by_link(session, **values))

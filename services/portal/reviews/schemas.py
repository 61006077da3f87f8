"""What the reviews' API takes and gives."""

from typing import Any

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.people import PersonOut
from services.portal.reviews.models import LONGEST, MOST_STARS

STATES = ("all", "unanswered", "answered")
MOST_ASKED = 50


def _stars(**kwargs: Any) -> fields.Integer:
    is_rating = validate.Range(min=1, max=MOST_STARS, error="Choose 1 to 5 stars.")
    return fields.Integer(validate=is_rating, error_messages={"invalid": "Choose 1 to 5 stars."}, **kwargs)


class NewReview(Schema):
    """How somebody rates the service, and why."""

    stars = _stars(required=True, strict=True)
    comment = Text(max=LONGEST, multiline=True, load_default="")


class NewAnswer(Schema):
    """What the firm says to a review."""

    answer = Text(min=1, max=LONGEST, multiline=True, required=True)


class ReviewsQuery(PageQuery):
    """Which reviews: of one client, with so many stars, answered or not, whose comment says `q`."""

    account_id = fields.UUID(load_default=None)
    stars = _stars(load_default=None)
    state = fields.String(load_default="all", validate=validate.OneOf(STATES))
    q = Text(max=100, load_default="")


class Link(Schema):
    """A link of a mail that asks for a review."""

    token = fields.String(required=True, validate=validate.Length(max=200))


class ReviewByLink(NewReview, Link):
    """A review by the link that asked for it."""


class LinkOut(Schema):
    name = fields.String()
    locale = fields.String()
    status = fields.String(metadata={"description": "open, answered, revoked or expired"})


class RatedOut(Schema):
    """What was taken by a link."""

    id = fields.UUID()
    stars = fields.Integer()
    comment = fields.String()
    created_at = fields.AwareDateTime()


class Contacts(Schema):
    """Who is asked for a review."""

    contact_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=MOST_ASKED))


class Asked(Schema):
    contact_id = fields.UUID()
    name = fields.String()
    result = fields.String(metadata={"description": "sent, or asked_lately: within a day, then nothing is sent"})


class AskedOut(Schema):
    items = fields.List(fields.Nested(Asked))


class ReviewOut(Schema):
    """A review and the firm's answer to it."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    contact_id = fields.UUID()
    by = fields.Nested(PersonOut)
    day = fields.Date(metadata={"description": "In the firm's time zone; one review a person and day"})
    stars = fields.Integer()
    comment = fields.String()
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    answer = fields.String(allow_none=True)
    answered_by = fields.Nested(PersonOut, allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class Figures(Schema):
    total = fields.Integer()
    average = fields.Float(allow_none=True)
    by_stars = fields.Dict(keys=fields.String(), values=fields.Integer())


class ReviewPage(Schema):
    items = fields.List(fields.Nested(ReviewOut))
    next = fields.String(allow_none=True)
    figures = fields.Nested(Figures, allow_none=True, metadata={"description": "For staff"})


class OpenRequest(Schema):
    contact_id = fields.UUID()
    name = fields.String()
    requested_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class AccountReviews(Schema):
    """How a client rates the firm: figures, the latest reviews, and who is asked for one."""

    figures = fields.Nested(Figures)
    latest = fields.List(fields.Nested(ReviewOut))
    open_requests = fields.List(fields.Nested(OpenRequest))


class OwnRequest(Schema):
    """That the firm asks this person for a review."""

    id = fields.UUID()
    requested_by = fields.Nested(PersonOut)
    requested_at = fields.AwareDateTime()

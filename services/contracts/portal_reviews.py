"""What portal says of what clients tell the firm: reviews, mails, changes of their own details."""

from marshmallow import validate

from services.contracts.fields import LOCALES, Data, Person, moment, number, one_of, part, sealed, text, uuid


class Review(Data):
    """How a person rated the firm's service: new, or changed on the same day."""

    id = uuid()
    account_id = uuid()
    contact_id = uuid()
    user_id = uuid(allow_none=True, metadata={"description": "null for who is no portal user"})
    by = part(Person)
    stars = number(validate=validate.Range(min=1, max=5))
    comment = text()
    created_at = moment()
    answer = text(allow_none=True)
    answered_by = part(Person, allow_none=True)
    answered_at = moment(allow_none=True)
    version = number()


class ReviewAnswered(Review):
    """The firm answered a review."""

    email = text(metadata={"description": "Of who wrote the review; empty for who is no contact any more"})


class ReviewRequested(Data):
    """The firm asks a person for a review. `link` is sealed for notifications."""

    id = uuid()
    account_id = uuid()
    contact_id = uuid()
    user_id = uuid(allow_none=True, metadata={"description": "null for who is no portal user"})
    name = text()
    email = text()
    locale = one_of(*LOCALES)
    timezone = text()
    by = part(Person)
    requested_at = moment()
    expires_at = moment()
    link = sealed()
    version = number()


class MailSent(Data):
    """A client wrote a mail to the firm in the portal; answers go to `reply_to`."""

    id = uuid()
    account_id = uuid()
    by = part(Person)
    reply_to = text()
    to_email = text()
    subject = text()
    message = text()
    sent_at = moment()
    version = number()


class ProfileChanged(Data):
    """A client changed details of their own person (`contact`) or company (`account`); no value of them is told."""

    id = uuid(metadata={"description": "Of the contact or the account that was changed"})
    account_id = uuid()
    block = one_of("contact", "account")
    name = text(metadata={"description": "Of the contact or the account"})
    by = part(Person)
    changed_at = moment()
    version = number()


EVENTS = {
    "portal.review.submitted.v1": Review,
    "portal.review.answered.v1": ReviewAnswered,
    "portal.review.requested.v1": ReviewRequested,
    "portal.mail.sent.v1": MailSent,
    "portal.profile.changed.v1": ProfileChanged,
}

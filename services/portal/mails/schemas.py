"""What the API of mails to the firm takes and gives."""

from marshmallow import EXCLUDE, fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.fields import Name
from services.portal.mails.models import LONGEST
from services.portal.people import PersonOut


class NewMail(Schema):
    """A mail to the firm. The subject is one line that may stand in a mail's header (threat 16)."""

    subject = Name(min=1, max=150, required=True)
    message = Text(min=1, max=LONGEST, multiline=True, required=True)


class MailHeaders(Schema):
    """A key under which a mail that is sent twice is known."""

    class Meta:
        unknown = EXCLUDE

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}\Z", error="Use 1 to 200 visible ASCII characters."),
    )


class MailsQuery(PageQuery):
    account_id = fields.UUID(load_default=None)


class MailOut(Schema):
    """A mail as it was sent."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    by = fields.Nested(PersonOut)
    reply_to = fields.String()
    to_email = fields.String()
    subject = fields.String()
    message = fields.String()
    sent_at = fields.AwareDateTime()
    failed = fields.Boolean(metadata={"description": "Whether it could not be delivered"})


class MailPage(Schema):
    items = fields.List(fields.Nested(MailOut))
    next = fields.String(allow_none=True)

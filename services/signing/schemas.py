"""Shapes of the signing service's API."""

from typing import Any

from marshmallow import EXCLUDE, fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.signing.disclosure import LOCALES
from services.signing.fonts import SIGNATURE_FONTS
from services.signing.models import FIELD_TYPES, ROLES, TRANSITIONS

MAX_DRAWING = 600_000
PNG_URL = "data:image/png;base64,"


class NewSignRequest(Schema):
    """What staff says to have a document signed."""

    account_id = fields.UUID(required=True)
    document_id = fields.UUID(required=True)
    title = Text(max=200, min=1, required=True)
    message = Text(max=5000, multiline=True, load_default="")
    due_on = fields.Date(load_default=None, allow_none=True)


class PlannedRecipient(Schema):
    """One who shall sign or get a copy; `key` is how the plan's fields name them."""

    key = fields.String(required=True, validate=validate.Length(1, 40))
    contact_id = fields.UUID(required=True)
    role = fields.String(load_default="signer", validate=validate.OneOf(ROLES))
    order = fields.Integer(load_default=1, validate=validate.Range(1, 100))


class PlannedField(Schema):
    """One place to fill in, in points from the top left corner of the page as displayed."""

    recipient = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(FIELD_TYPES))
    page = fields.Integer(required=True, validate=validate.Range(min=1))
    x = fields.Float(required=True)
    y = fields.Float(required=True)
    width = fields.Float(required=True, validate=validate.Range(min=8))
    height = fields.Float(required=True, validate=validate.Range(min=8))
    required = fields.Boolean(load_default=True)
    label = Text(max=100, load_default="")


class Plan(Schema):
    """Who fills in what, and where."""

    recipients = fields.List(fields.Nested(PlannedRecipient), required=True, validate=validate.Length(1, 20))
    fields_ = fields.List(
        fields.Nested(PlannedField),
        required=True,
        data_key="fields",
        attribute="fields",
        validate=validate.Length(1, 500),
    )


class Reason(Schema):
    """Why a sign request is taken back."""

    reason = Text(max=1000, min=1, multiline=True, required=True)


class Client(Schema):
    """Where a signer's browser is and what it calls itself, as the gateway's pages saw it; the rest is not kept."""

    class Meta:
        unknown = EXCLUDE

    ip = fields.String(load_default="", validate=validate.Length(max=45))
    user_agent = fields.String(load_default="", validate=validate.Length(max=2000))


class FromBrowser(Schema):
    """What a signer's browser does through the gateway."""

    client = fields.Nested(Client, load_default=lambda: {"ip": "", "user_agent": ""})


class Decline(FromBrowser):
    """Why somebody will not sign."""

    reason = Text(max=1000, min=1, multiline=True, required=True)


class ConsentIn(FromBrowser):
    """That a signer agrees to the disclosure, for the file that was shown to them."""

    disclosure_version = fields.String(required=True)
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))
    document_sha256 = fields.String(required=True, validate=validate.Length(equal=64))
    disclosure_sha256 = fields.String(load_default=None, allow_none=True, validate=validate.Length(equal=64))


class Typed(Schema):
    """A signature written with the keyboard."""

    text = Text(max=100, min=1, required=True)
    font = fields.String(load_default="script", validate=validate.OneOf(SIGNATURE_FONTS))


class FilledIn(Schema):
    """What was filled into one field: one of `text`, `drawing` (PNG as data URL), `typed`, `checked`."""

    field_id = fields.UUID(required=True)
    text = Text(max=1000, multiline=True, load_default=None, allow_none=True)
    drawing = fields.String(
        load_default=None, allow_none=True, validate=[validate.Length(max=MAX_DRAWING), validate.Regexp("^" + PNG_URL)]
    )
    typed = fields.Nested(Typed, load_default=None, allow_none=True)
    checked = fields.Boolean(load_default=None, allow_none=True)


class Sign(FromBrowser):
    """A signer's values, for the file that was shown to them."""

    document_sha256 = fields.String(required=True, validate=validate.Length(equal=64))
    values = fields.List(fields.Nested(FilledIn), required=True, validate=validate.Length(max=500))


class SignRequestQuery(PageQuery):
    """Which sign requests to list."""

    account_id = fields.UUID(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(TRANSITIONS))


class PageImageQuery(Schema):
    """In how many pixels a point a page is drawn."""

    scale = fields.Float(load_default=1.5, validate=validate.Range(0.2, 4))


class DisclosureQuery(Schema):
    """In which language."""

    locale = fields.String(load_default=None, validate=validate.OneOf(LOCALES))


class Disclosure(Schema):
    """A disclosure word for word; `blocks` are its headings, paragraphs and lists in order."""

    version = fields.String()
    locale = fields.String()
    sha256 = fields.String()
    text = fields.String()
    blocks = fields.List(fields.Dict())


class Person(Schema):
    """Who did it."""

    kind = fields.String()
    id = fields.String()
    name = fields.String()


class Recipient(Schema):
    """One who signs or gets a copy."""

    id = fields.UUID()
    contact_id = fields.UUID()
    user_id = fields.UUID(allow_none=True)
    name = fields.String()
    email = fields.String()
    role = fields.String()
    order = fields.Integer()
    status = fields.String()
    notified_at = fields.AwareDateTime(allow_none=True)
    viewed_at = fields.AwareDateTime(allow_none=True)
    signed_at = fields.AwareDateTime(allow_none=True)


class Field(Schema):
    """A place to fill in."""

    id = fields.UUID()
    recipient_id = fields.UUID()
    type = fields.String()
    page = fields.Integer()
    x = fields.Float()
    y = fields.Float()
    width = fields.Float()
    height = fields.Float()
    required = fields.Boolean()
    label = fields.String()


class Page(Schema):
    """A page's size as displayed, in points."""

    number = fields.Integer()
    width = fields.Float()
    height = fields.Float()


class Mine(Schema):
    """The caller's own part; `step` is what is for them to do now: view, consent, sign or none."""

    recipient_id = fields.UUID()
    status = fields.String()
    role = fields.String()
    step = fields.String()
    consented_at = fields.AwareDateTime(allow_none=True)
    disclosure_version = fields.String(allow_none=True)


class SignRequestSummary(Schema):
    """A sign request in a list."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    document_id = fields.UUID()
    title = fields.String()
    status = fields.String()
    failure = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    created_by = fields.Nested(Person)
    created_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)
    completed_at = fields.AwareDateTime(allow_none=True)
    recipients = fields.List(fields.Nested(Recipient))
    version = fields.Integer()


class SignRequest(SignRequestSummary):
    """A sign request whole. A client sees their own fields alone, staff all of them and no `mine`."""

    message = fields.String()
    closed_at = fields.AwareDateTime(allow_none=True)
    close_reason = fields.String(allow_none=True)
    document_sha256 = fields.String(allow_none=True)
    document_size = fields.Integer(allow_none=True)
    sealed_sha256 = fields.String(allow_none=True)
    sealed_size = fields.Integer(allow_none=True)
    pages = fields.List(fields.Nested(Page))
    fields_ = fields.List(fields.Nested(Field), data_key="fields", attribute="fields")
    mine = fields.Nested(Mine, allow_none=True)


class SignRequests(Schema):
    """A page of sign requests."""

    items = fields.List(fields.Nested(SignRequestSummary))
    next = fields.String(allow_none=True)


class PageTexts(Schema):
    """The words of each page, for those who cannot see it."""

    pages = fields.List(fields.String())


class Step(Schema):
    """One step of the audit chain."""

    sequence = fields.Integer()
    at = fields.AwareDateTime()
    action = fields.String()
    actor = fields.Nested(Person)
    details = fields.Dict()
    previous_hash = fields.String()
    hash = fields.String()


class Consent(Schema):
    """What a signer agreed to."""

    recipient_id = fields.UUID()
    disclosure_version = fields.String()
    disclosure_sha256 = fields.String()
    locale = fields.String()
    document_sha256 = fields.String()
    at = fields.AwareDateTime()
    ip = fields.String()
    user_agent = fields.String()
    text = fields.String()


class AuditTrail(Schema):
    """The evidence of a sign request. `broken_at` is the first step that does not hold, None for a whole chain."""

    steps = fields.List(fields.Nested(Step))
    consents = fields.List(fields.Nested(Consent))
    broken_at = fields.Integer(allow_none=True)


class Verdict(Schema):
    """Whether a file is one that was sealed here, untouched since; `reason` says why it is not."""

    valid = fields.Boolean()
    reason = fields.String(allow_none=True)
    sha256 = fields.String()
    size = fields.Integer()
    recorded = fields.Boolean()
    signer = fields.String(allow_none=True)
    signed_at = fields.AwareDateTime(allow_none=True)
    certificate = fields.String(allow_none=True)


def summary(values: dict[str, Any]) -> dict[str, Any]:
    """Return only what a list shows of a described sign request."""
    return {name: values[name] for name in SignRequestSummary().fields}

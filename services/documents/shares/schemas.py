"""Schemas of the API of links."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.documents.shares.passwords import MAX_LENGTH, MIN_LENGTH
from services.documents.shares.queries import STATES


class SharePersonOut(Schema):
    kind = fields.String()
    id = fields.String(allow_none=True)
    name = fields.String()


class ShareLinkOut(Schema):
    """A link. Its address is not among this: it was shown once, to whom made it."""

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String(allow_none=True)
    document_id = fields.UUID(allow_none=True)
    folder_id = fields.UUID(allow_none=True)
    name = fields.String()
    note = fields.String()
    state = fields.String(validate=validate.OneOf(["active", "revoked", "expired", "used_up"]))
    has_password = fields.Boolean()
    created_by = fields.Nested(SharePersonOut)
    created_at = fields.AwareDateTime(format="iso")
    expires_at = fields.AwareDateTime(format="iso")
    most_downloads = fields.Integer(allow_none=True)
    downloads = fields.Integer()
    last_used_at = fields.AwareDateTime(format="iso", allow_none=True)
    revoked_at = fields.AwareDateTime(format="iso", allow_none=True)
    revoked_by = fields.Nested(SharePersonOut, allow_none=True)


class MadeShareLinkOut(ShareLinkOut):
    """A link just made; `url` is its address, which is never shown again."""

    url = fields.String()


class ShareUseOut(Schema):
    id = fields.UUID()
    at = fields.AwareDateTime(format="iso")
    what = fields.String(validate=validate.OneOf(["downloaded", "refused"]))
    name = fields.String()
    version_number = fields.Integer(allow_none=True)
    address = fields.String()


class ShareLinkDetail(ShareLinkOut):
    uses = fields.List(fields.Nested(ShareUseOut))


class ShareLinkPage(Schema):
    items = fields.List(fields.Nested(ShareLinkOut))
    next = fields.String(allow_none=True)


class NewShareLink(Schema):
    """What a link may do: for how many days, how often, with which password."""

    days = fields.Integer(load_default=7, strict=True, validate=validate.Range(min=1, error="At least one day."))
    most_downloads = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1, max=100_000, error="1 to 100000, or nothing."),
    )
    note = Text(load_default="", max=200)
    password = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=MIN_LENGTH, max=MAX_LENGTH, error="8 to 128 characters."),
    )


class ShareLinkHeaders(Schema):
    class Meta:
        unknown = "exclude"

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}$", error="Use 1 to 200 visible ASCII characters."),
    )


class ShareLinksQuery(PageQuery):
    """Which links: of a document, open or over, with these words in name, note or client."""

    document_id = fields.UUID(load_default=None)
    folder_id = fields.UUID(load_default=None)
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    q = fields.String(load_default="", validate=validate.Length(max=200))


class HeldLink(Schema):
    token = fields.String(required=True, validate=validate.Length(max=200))


class HeldLinkOut(Schema):
    """What a visitor sees of a link: with a password, nothing of the document."""

    has_password = fields.Boolean()
    expires_at = fields.AwareDateTime(format="iso")
    name = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    content_type = fields.String(allow_none=True)
    files = fields.Integer(allow_none=True, metadata={"description": "Of a folder: how many come in its zip"})


class Download(HeldLink):
    """`address` is where the visitor is, as the gateway saw it."""

    password = fields.String(load_default="", validate=validate.Length(max=1000))
    address = fields.String(load_default="", validate=validate.Length(max=45))

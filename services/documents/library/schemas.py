"""Schemas of the documents API."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema
from services.documents.library.lists import KINDS, SORTS

STATUSES = ("available", "quarantined", "deleted")


class PersonOut(Schema):
    kind = fields.String()
    id = fields.String(allow_none=True)
    name = fields.String()


class VersionOut(Schema):
    number = fields.Integer()
    content_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    origin = fields.String()
    created_by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime(format="iso")
    scan = fields.String(allow_none=True)


class DocumentOut(Schema):
    """A document. `new`: shared with this client and not opened since its last version.

    `scan` is how the check for viruses went: none was needed (null), `waiting`, `clean`, `quarantined`, `released` by
    staff, or `removed` for good.
    `opened_at` is when somebody on the client's side first opened it. `locked`: the client gets it once it is paid.
    """

    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String(allow_none=True)
    name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    origin = fields.String(validate=validate.OneOf(["firm", "client", "signing"]))
    shared = fields.Boolean()
    shared_at = fields.AwareDateTime(format="iso", allow_none=True)
    uploaded_by = fields.Nested(PersonOut)
    uploaded_at = fields.AwareDateTime(format="iso")
    changed_at = fields.AwareDateTime(format="iso")
    sign_request_id = fields.UUID(allow_none=True)
    request_id = fields.UUID(allow_none=True)
    folder_id = fields.UUID(allow_none=True)
    folder_name = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    client_roles = fields.List(fields.String())
    may_add_version = fields.Boolean()
    version_number = fields.Integer()
    version = fields.Integer()
    scan = fields.String(allow_none=True)
    new = fields.Boolean()
    opened_at = fields.AwareDateTime(format="iso", allow_none=True)
    locked = fields.Boolean()


class DocumentDetail(DocumentOut):
    versions = fields.List(fields.Nested(VersionOut))


class DocumentPage(Schema):
    items = fields.List(fields.Nested(DocumentOut))
    next = fields.String(allow_none=True)


class EntryOut(Schema):
    id = fields.UUID()
    at = fields.AwareDateTime(format="iso")
    action = fields.String()
    by = fields.Nested(PersonOut)
    version_number = fields.Integer(allow_none=True)
    how = fields.String(allow_none=True)
    detail = fields.Dict(keys=fields.String(), values=fields.Raw(), allow_none=True)


class HistoryPage(Schema):
    items = fields.List(fields.Nested(EntryOut))
    next = fields.String(allow_none=True)


class DocumentsQuery(PageQuery):
    """Which documents: of an account, of a request, of a kind, with these words in name or tags, new ones only."""

    account_id = fields.UUID(load_default=None)
    request_id = fields.UUID(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(max=200))
    status = fields.String(load_default="available", validate=validate.OneOf(STATUSES))
    new = fields.Boolean(load_default=False)
    tag = fields.String(load_default="", validate=validate.Length(max=50))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    origin = fields.String(load_default="", validate=validate.OneOf(["", "firm", "client", "signing"]))
    sort = fields.String(load_default="-changed", validate=validate.OneOf(SORTS))


class ContentQuery(Schema):
    """Which version (the newest unless given), and whether it is downloaded or shown."""

    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=1_000_000))
    how = fields.String(load_default="download", validate=validate.OneOf(["download", "preview"]))

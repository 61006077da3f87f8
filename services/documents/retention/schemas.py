"""Schemas of the API of retention."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.documents.retention.models import COUNTS_FROM


class RetentionPersonOut(Schema):
    kind = fields.String()
    id = fields.String(allow_none=True)
    name = fields.String()


class NewRule(Schema):
    """Which documents go, and after how many years."""

    name = Text(required=True, max=100)
    years = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=100, error="Write 1 to 100 years.")
    )
    counts_from = fields.String(load_default="uploaded", validate=validate.OneOf(COUNTS_FROM))
    origin = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["firm", "client", "signing"]))
    folder = Text(load_default=None, allow_none=True, max=200)
    tag = Text(load_default=None, allow_none=True, max=100)


class RuleOut(Schema):
    """A rule. `state`: `new`, `tried` (an owner may switch it on) or `on`; sizes are in bytes, of all versions."""

    id = fields.UUID()
    name = fields.String()
    years = fields.Integer()
    counts_from = fields.String()
    origin = fields.String(allow_none=True)
    folder = fields.String(allow_none=True)
    tag = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(["new", "tried", "on"]))
    created_by = fields.Nested(RetentionPersonOut)
    created_at = fields.AwareDateTime(format="iso")
    changed_at = fields.AwareDateTime(format="iso")
    tried_at = fields.AwareDateTime(format="iso", allow_none=True)
    tried_count = fields.Integer(allow_none=True)
    tried_size = fields.Integer(allow_none=True)
    approved_at = fields.AwareDateTime(format="iso", allow_none=True)
    approved_by = fields.Nested(RetentionPersonOut, allow_none=True)
    removed_count = fields.Integer()
    removed_size = fields.Integer()
    version = fields.Integer()


class RuleList(Schema):
    items = fields.List(fields.Nested(RuleOut))


class MatchOut(Schema):
    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String()
    name = fields.String()
    size = fields.Integer()
    origin = fields.String()
    status = fields.String()
    uploaded_at = fields.AwareDateTime(format="iso")


class MatchPage(Schema):
    items = fields.List(fields.Nested(MatchOut))
    next = fields.String(allow_none=True)


class RemovalOut(Schema):
    id = fields.UUID()
    account_id = fields.UUID()
    account_name = fields.String(allow_none=True)
    document_id = fields.UUID()
    name = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    uploaded_at = fields.AwareDateTime(format="iso")
    removed_at = fields.AwareDateTime(format="iso")


class RemovalPage(Schema):
    items = fields.List(fields.Nested(RemovalOut))
    next = fields.String(allow_none=True)

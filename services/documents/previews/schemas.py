"""Schemas of previews."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.documents.previews.drawing import REASONS, WIDTHS

_VERSION = validate.Range(min=1, max=1_000_000)


class PreviewQuery(Schema):
    """Which version (the newest unless given), and which part of its pages."""

    version = fields.Integer(load_default=None, validate=_VERSION)
    part = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class PageQuery(Schema):
    """Which version (the newest unless given), and how wide."""

    version = fields.Integer(load_default=None, validate=_VERSION)
    width = fields.Integer(load_default=WIDTHS[0], validate=validate.OneOf(WIDTHS))


class PageOut(Schema):
    """A page: points of a PDF, pixels of a picture; `text` is what stands on it, for who does not see it."""

    number = fields.Integer()
    width = fields.Float()
    height = fields.Float()
    text = fields.String()


class PreviewOut(Schema):
    """How a version can be shown: ready, refused with a reason, or none for a kind of file without preview."""

    status = fields.String(validate=validate.OneOf(["ready", "refused", "none"]))
    reason = fields.String(allow_none=True, validate=validate.OneOf(REASONS))
    version_number = fields.Integer()
    count = fields.Integer()
    part = fields.Integer()
    parts = fields.Integer()
    widths = fields.List(fields.Integer())
    pages = fields.List(fields.Nested(PageOut))

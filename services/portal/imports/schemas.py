"""What the imports' API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.portal.fields import Name
from services.portal.imports.fields import KEYS
from services.portal.people import PersonOut


class UploadQuery(Schema):
    """The file's name, for people."""

    name = Name(max=200, load_default="clients.csv")


class Mapping(Schema):
    """What each column is, and how clients that are there are recognised and treated."""

    mapping = fields.List(fields.String(), required=True, metadata={"description": "A field a column, '' for none"})
    key = fields.String(required=True, validate=validate.OneOf(KEYS))
    update = fields.Boolean(load_default=True)
    tag = Name(max=40, load_default="")


class Counts(Schema):
    new = fields.Integer()
    updated = fields.Integer()
    same = fields.Integer(metadata={"description": "Already there as the file says"})
    bad = fields.Integer()


class FaultOut(Schema):
    line = fields.Integer()
    column = fields.String()
    reason = fields.String()


class ColumnFieldOut(Schema):
    name = fields.String()
    label = fields.String(metadata={"description": "Of a field of the firm's own"})


class ImportOut(Schema):
    """An import."""

    id = fields.UUID()
    file_name = fields.String()
    status = fields.String(metadata={"description": "uploaded, checking, checked, importing, done, cancelled, failed"})
    encoding = fields.String()
    separator = fields.String()
    header = fields.List(fields.String())
    samples = fields.List(fields.List(fields.String()))
    mapping = fields.List(fields.String())
    options = fields.Dict()
    lines = fields.Integer()
    percent = fields.Integer()
    counts = fields.Nested(Counts)
    by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)


class ImportDetail(ImportOut):
    """An import with the fields that its columns may be, and the first of its faults."""

    fields_ = fields.List(fields.Nested(ColumnFieldOut), data_key="fields", attribute="fields")
    faults = fields.List(fields.Nested(FaultOut))


class ImportsOut(Schema):
    items = fields.List(fields.Nested(ImportOut))

"""What the exports' API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.portal.directory.schemas import AccountFilters
from services.portal.people import PersonOut


class ExportQuery(AccountFilters):
    """Which clients, as for the list, and how the file is written."""

    kind_of_rows = fields.String(load_default="accounts", validate=validate.OneOf(("accounts", "contacts")))
    separator = fields.String(load_default=",", validate=validate.OneOf((",", ";")))
    mark = fields.Boolean(load_default=True, metadata={"description": "Whether a byte order mark stands first"})


class ExportOfSome(Schema):
    """Which clients, by their ids, and how the file is written."""

    account_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=200))
    kind_of_rows = fields.String(load_default="accounts", validate=validate.OneOf(("accounts", "contacts")))
    separator = fields.String(load_default=",", validate=validate.OneOf((",", ";")))
    mark = fields.Boolean(load_default=True)


class ExportOut(Schema):
    """An export that was made; without `rows` it runs, or broke off."""

    id = fields.UUID()
    kind = fields.String()
    filters = fields.Dict()
    by = fields.Nested(PersonOut)
    at = fields.AwareDateTime()
    rows = fields.Integer(allow_none=True)


class ExportsOut(Schema):
    items = fields.List(fields.Nested(ExportOut))

"""What the access log's API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema
from services.portal.access_log.models import GROUPS
from services.portal.activity.schemas import Subject
from services.portal.people import PersonOut


class LogFilter(Schema):
    """Which entries: `group` is documents, details, views or access, `by_id` a member of staff."""

    group = fields.String(load_default=None, validate=validate.OneOf(GROUPS))
    by_id = fields.UUID(load_default=None)


class LogQuery(LogFilter, PageQuery):
    """A page of entries."""


class ChangedField(Schema):
    name = fields.String()
    labels = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "Of a firm's own one"})


class AccessEntryOut(Schema):
    """One thing that a member of staff did, and to what."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "Such as document.opened, account.changed, client.viewed"})
    at = fields.AwareDateTime()
    by = fields.Nested(PersonOut)
    subject = fields.Nested(Subject)
    title = fields.String()
    fields_ = fields.List(fields.Nested(ChangedField), data_key="fields", attribute="fields")


class LogPerson(Schema):
    id = fields.UUID()
    name = fields.String()


class AccessLogPage(Schema):
    items = fields.List(fields.Nested(AccessEntryOut))
    next = fields.String(allow_none=True)
    people = fields.List(fields.Nested(LogPerson), metadata={"description": "Who stands in the log"})

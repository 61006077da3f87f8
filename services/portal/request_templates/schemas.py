"""What the API of request templates takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.fields import LOCALES, Name
from services.portal.people import PersonOut
from services.portal.requests.schemas import MAX_MESSAGE, Asked

MOST_DAYS = 730


class TextIn(Schema):
    """Title and message in one language."""

    title = Name(required=True)
    message = Text(max=MAX_MESSAGE, multiline=True, load_default="")


class TemplateIn(Asked):
    """A request to keep ready. `texts` are for clients who read another language."""

    texts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCALES)), values=fields.Nested(TextIn), load_default=dict
    )
    due_days = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=0, max=MOST_DAYS))


class TemplateChange(TemplateIn):
    """What is to stand there. `version` is that which the caller has seen."""

    version = fields.Integer(required=True)


class TemplatesQuery(PageQuery):
    """Which templates: those that are offered, or those that were archived, with these words in the title."""

    q = Text(max=100, load_default="")
    archived = fields.Boolean(load_default=False)


class TextOut(Schema):
    title = fields.String()
    message = fields.String()


class TemplateItem(Schema):
    title = fields.String()
    description = fields.String()
    needs_file = fields.Boolean()
    optional = fields.Boolean()


class TemplateOut(Schema):
    """A request that is kept ready."""

    id = fields.UUID()
    title = fields.String()
    message = fields.String()
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(TextOut))
    items = fields.List(fields.Nested(TemplateItem))
    due_days = fields.Integer(allow_none=True)
    reminders = fields.Boolean()
    archived_at = fields.AwareDateTime(allow_none=True)
    created_by = fields.Nested(PersonOut)
    updated_at = fields.AwareDateTime()
    version = fields.Integer()


class TemplatesPage(Schema):
    items = fields.List(fields.Nested(TemplateOut))
    next = fields.String(allow_none=True)

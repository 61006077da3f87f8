"""What the tags' API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.portal.fields import Name
from services.portal.tags.models import COLORS


class TagOut(Schema):
    """A tag."""

    id = fields.UUID()
    name = fields.String()
    color = fields.String(metadata={"description": ", ".join(COLORS)})
    accounts = fields.Integer(metadata={"description": "How many clients have it, where that was asked for"})


class TagsQuery(Schema):
    counted = fields.Boolean(load_default=False)


class TagsOut(Schema):
    items = fields.List(fields.Nested(TagOut))


class NewTag(Schema):
    """A tag to add; without a colour it gets the next one."""

    name = Name(max=40, required=True)
    color = fields.String(validate=validate.OneOf(COLORS))


class TagChange(Schema):
    """What is to be different about a tag."""

    name = Name(max=40, min=1)
    color = fields.String(validate=validate.OneOf(COLORS))


class TagName(Schema):
    """The tag to put on, by its name; a new one is made where there is none of that name."""

    name = Name(max=40, required=True)


class TagMerge(Schema):
    """The tag that takes over."""

    into_id = fields.UUID(required=True)

"""What the search's API takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.portal.search.models import MOST_SHOWN
from services.portal.search.sources import KINDS

FEW = 5


class SearchQuery(Schema):
    """What is searched for. With `kind` the answer has that group alone, in pages."""

    q = Text(max=100, load_default="")
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    cursor = fields.String(load_default=None)
    limit = fields.Integer(load_default=FEW, validate=validate.Range(min=1, max=MOST_SHOWN))


class HitOut(Schema):
    """Something that was found. `id` is what to open: the request, the document, the client."""

    kind = fields.String()
    id = fields.UUID()
    title = fields.String()
    excerpt = fields.String(metadata={"description": "The text around what was found"})
    at = fields.AwareDateTime(allow_none=True)
    account_id = fields.UUID(allow_none=True)
    account_name = fields.String(metadata={"description": "For staff: whose it is"})
    status = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    excerpts = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    labels = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "Of the field of the firm's own"}
    )


class GroupOut(Schema):
    kind = fields.String()
    items = fields.List(fields.Nested(HitOut))
    next = fields.String(allow_none=True, metadata={"description": "Cursor for more of this kind"})


class SearchOut(Schema):
    """What was found, in groups. `words` are those that were searched for; none where the search was too short."""

    words = fields.List(fields.String())
    groups = fields.List(fields.Nested(GroupOut))

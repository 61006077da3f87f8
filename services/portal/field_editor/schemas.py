"""What the field editor's API takes and gives."""

from marshmallow import fields

from services.chassis.schemas import Schema


class FieldChange(Schema):
    """Whether the field is to be active."""

    active = fields.Boolean(required=True)


class FieldOut(Schema):
    """A field; a fixed one cannot be switched off."""

    name = fields.String()
    kind = fields.String(metadata={"description": "text, email, phone, choice, date or flag"})
    fixed = fields.Boolean()
    active = fields.Boolean()


class BlockOut(Schema):
    name = fields.String(metadata={"description": "account or contact"})
    entries = fields.List(fields.Nested(FieldOut), data_key="fields")


class BlocksOut(Schema):
    blocks = fields.List(fields.Nested(BlockOut))

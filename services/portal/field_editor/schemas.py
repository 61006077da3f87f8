"""What the field editor's API takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import Schema
from services.portal.field_editor.models import KINDS, MODES
from services.portal.fields import LOCALES, Name

MOST_OPTIONS = 200
MODE = validate.OneOf(MODES)


def _words(maximum: int) -> fields.Dict:
    """Return the field for words by language; a language that is not said is read in another one."""
    return fields.Dict(keys=fields.String(validate=validate.OneOf(LOCALES)), values=Name(max=maximum))


class Labelled(Schema):
    """Something with a name in at least one language."""

    labels = _words(100)

    @validates_schema
    def _require_label(self, data: dict[str, Any], **_: Any) -> None:
        if "labels" in data and not any(data["labels"].values()):
            raise ValidationError("Fill this in.", "labels")


class Option(Labelled):
    """An option of a choice; one without `value` is new. A retired one is offered no more, and stays where it is."""

    value = fields.String(validate=validate.Length(max=60))
    labels = fields.Dict(keys=fields.String(validate=validate.OneOf(LOCALES)), values=Name(max=100), required=True)
    retired = fields.Boolean(load_default=False)


class FieldChange(Schema):
    """Whether the field is to be active, and what clients may do with it."""

    active = fields.Boolean()
    mode = fields.String(validate=MODE)
    portal_field = fields.Boolean(metadata={"description": "The tick of a field of cases: clients see it (S42)"})


class Modes(Schema):
    """What clients may do with several fields, by the names of these."""

    modes = fields.Dict(keys=fields.String(), values=fields.String(validate=MODE), required=True)


class FieldEdit(Labelled):
    """What is to be different about a field; of a built-in one only the section."""

    hints = _words(300)
    options = fields.List(fields.Nested(Option), validate=validate.Length(max=MOST_OPTIONS))
    required = fields.Boolean()
    section_id = fields.UUID(allow_none=True)
    version = fields.Integer(load_default=0)


class NewField(Labelled):
    """A field of the firm's own."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    labels = fields.Dict(keys=fields.String(validate=validate.OneOf(LOCALES)), values=Name(max=100), required=True)
    hints = fields.Dict(keys=fields.String(validate=validate.OneOf(LOCALES)), values=Name(max=300), load_default=dict)
    options = fields.List(fields.Nested(Option), load_default=list, validate=validate.Length(max=MOST_OPTIONS))
    required = fields.Boolean(load_default=False)
    mode = fields.String(load_default="hidden", validate=MODE)
    section_id = fields.UUID(load_default=None, allow_none=True)


class Deletion(Schema):
    """How many values the caller knows to be lost."""

    values = fields.Integer(load_default=0, validate=validate.Range(min=0))


class SectionIn(Labelled):
    """A section by its name."""

    labels = fields.Dict(keys=fields.String(validate=validate.OneOf(LOCALES)), values=Name(max=100), required=True)


class SectionOrder(Schema):
    """A section and the names of its fields, in order."""

    id = fields.UUID(required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")


class Arrangement(Schema):
    """All fields of a block in order: those outside of any section, then section by section."""

    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    sections = fields.List(fields.Nested(SectionOrder), load_default=list, attribute="groups")


class OptionOut(Schema):
    value = fields.String()
    labels = fields.Dict(keys=fields.String(), values=fields.String())
    retired = fields.Boolean()


class FieldOut(Schema):
    """A field; a fixed one cannot be switched off. One with an id is of the firm's own."""

    id = fields.UUID(allow_none=True)
    name = fields.String()
    kind = fields.String(metadata={"description": "text, number, date, choice, flag, email, phone or file"})
    fixed = fields.Boolean()
    active = fields.Boolean()
    mode = fields.String(metadata={"description": "For clients: optional, mandatory, read_only or hidden"})
    modes = fields.List(fields.String(), metadata={"description": "What the firm may choose; none: it stands"})
    portal_field = fields.Boolean(metadata={"description": "Whether clients see it"})
    labels = fields.Dict(keys=fields.String(), values=fields.String())
    hints = fields.Dict(keys=fields.String(), values=fields.String())
    options = fields.List(fields.Nested(OptionOut))
    required = fields.Boolean(metadata={"description": "Whether staff has to fill it"})
    section_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class OneFieldOut(FieldOut):
    """A field, and in how many records something stands in it."""

    values = fields.Integer()


class SectionOut(Schema):
    id = fields.UUID()
    labels = fields.Dict(keys=fields.String(), values=fields.String())


class BlockOut(Schema):
    """A block. A field of no section, or of one that is not there, stands before the first one."""

    name = fields.String(metadata={"description": "account, contact or case"})
    sections = fields.List(fields.Nested(SectionOut))
    entries = fields.List(fields.Nested(FieldOut), data_key="fields")


class BlocksOut(Schema):
    blocks = fields.List(fields.Nested(BlockOut))

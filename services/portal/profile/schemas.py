"""What the API of a client's own profile takes and gives."""

from marshmallow import fields

from services.chassis.schemas import Schema, Text
from services.portal.field_editor.schemas import OptionOut
from services.portal.fields import Email, Mobile, Name, Phone


class OwnFields(Schema):
    """What may be changed at all; which of it, the firm says field by field."""

    custom = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    version = fields.Integer(required=True)


class OwnPerson(OwnFields):
    """Changes of one's own person."""

    name = Name(min=1)
    mobile = Mobile(allow_none=True)


class OwnCompany(OwnFields):
    """Changes of one's account."""

    name = Name(min=1)
    tax_number = Name(max=40)
    address = Text(max=500, multiline=True)
    phone = Phone()
    email = Email()


class ProfileField(Schema):
    """A field with what stands in it; one that is not the firm's own has its label in the portal's words."""

    name = fields.String()
    custom = fields.Boolean()
    kind = fields.String(metadata={"description": "text, number, date, choice, flag, email, phone or file"})
    mode = fields.String(metadata={"description": "optional, mandatory or read_only"})
    labels = fields.Dict(keys=fields.String(), values=fields.String())
    hints = fields.Dict(keys=fields.String(), values=fields.String())
    options = fields.List(fields.Nested(OptionOut))
    value = fields.Raw(allow_none=True)
    words = fields.String(allow_none=True, metadata={"description": "The name of what `value` refers to"})


class ProfileGroup(Schema):
    labels = fields.Dict(keys=fields.String(), values=fields.String())
    entries = fields.List(fields.Nested(ProfileField), data_key="fields")


class ProfileBlock(Schema):
    version = fields.Integer()
    may_edit = fields.Boolean()
    groups = fields.List(fields.Nested(ProfileGroup), metadata={"description": "The sections that have a field"})


class ProfilePerson(Schema):
    name = fields.String()
    role = fields.String()


class ProfileOut(Schema):
    """One's own person and account, as the firm shows them."""

    contact = fields.Nested(ProfileBlock)
    account = fields.Nested(ProfileBlock, allow_none=True, metadata={"description": "None for who only signs"})
    people = fields.List(fields.Nested(ProfilePerson), metadata={"description": "The people of the account"})

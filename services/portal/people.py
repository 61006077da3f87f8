"""A person as the API shows who did something."""

from marshmallow import fields

from services.chassis.schemas import Schema


class PersonOut(Schema):
    """Who did it: kind (client, staff or service), id and name."""

    kind = fields.String()
    id = fields.String()
    name = fields.String()

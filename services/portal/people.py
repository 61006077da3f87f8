"""A person as the API shows who did something."""

from marshmallow import fields

from services.chassis.schemas import Schema


class PersonOut(Schema):
    """Who did it: kind (client, staff or service), id and name; `via` is `email` for an answer by mail."""

    kind = fields.String()
    id = fields.String()
    name = fields.String()
    via = fields.String()

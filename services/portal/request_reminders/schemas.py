"""What the API of reminders takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class ReminderChange(Schema):
    """When clients are reminded; 0 days before is no reminder before, `most` 0 none after. `version` as seen."""

    active = fields.Boolean()
    days_before = fields.Integer(strict=True, validate=validate.Range(min=0, max=60))
    on_the_day = fields.Boolean()
    every_days = fields.Integer(strict=True, validate=validate.Range(min=1, max=60))
    most = fields.Integer(strict=True, validate=validate.Range(min=0, max=20))
    version = fields.Integer(required=True)


class ReminderOut(Schema):
    """When clients are reminded of a request that is due and not answered."""

    active = fields.Boolean()
    days_before = fields.Integer()
    on_the_day = fields.Boolean()
    every_days = fields.Integer()
    most = fields.Integer(metadata={"description": "How many there are after the day"})
    version = fields.Integer()

"""Schemas of the API of locks."""

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import Schema, Text


class NewLock(Schema):
    """What is to be paid: the invoice by its number (and id, where it is one of ours), and what the client reads."""

    reference = Text(required=True, max=100)
    text = Text(load_default="", max=500, multiline=True)
    invoice_id = fields.UUID(load_default=None, allow_none=True)
    amount = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=10**15))
    currency = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[A-Z]{3}$"))

    @validates_schema
    def check_money(self, data: dict[str, object], **_kwargs: object) -> None:
        if (data["amount"] is None) != (data["currency"] is None):
            raise ValidationError("Give an amount and its currency, or neither.", "amount")


class Reason(Schema):
    reason = Text(required=True, max=500)


class LockPersonOut(Schema):
    kind = fields.String()
    id = fields.String(allow_none=True)
    name = fields.String()


class LockOut(Schema):
    """What keeps a document closed; `amount` is in minor units of `currency`."""

    id = fields.UUID()
    reference = fields.String()
    invoice_id = fields.UUID(allow_none=True)
    amount = fields.Integer(allow_none=True)
    currency = fields.String(allow_none=True)
    text = fields.String()
    locked_by = fields.Nested(LockPersonOut)
    locked_at = fields.AwareDateTime(format="iso")


class LockState(Schema):
    """What keeps a document closed: null once nothing does."""

    lock = fields.Nested(LockOut, allow_none=True)

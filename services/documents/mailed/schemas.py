"""What bringing a file takes."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class MailedQuery(Schema):
    """The name that the file has in the mail, and who wrote the mail."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=8192))
    by_kind = fields.String(required=True, validate=validate.OneOf(["client", "staff"]))
    by_id = fields.UUID(required=True)
    by_name = fields.String(required=True, validate=validate.Length(max=300))


class MailedDocument(Schema):
    """The document that the file became. Nothing else of it is told: who brings files reads none."""

    id = fields.UUID()

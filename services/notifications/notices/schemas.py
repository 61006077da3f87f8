"""Schemas of the inbox."""

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema


class NoticeOut(Schema):
    """One line: what happened, in the caller's language, and the page where it can be seen."""

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    path = fields.String()
    account_id = fields.UUID(allow_none=True)
    created_at = fields.AwareDateTime(format="iso")
    read_at = fields.AwareDateTime(format="iso", allow_none=True)


class NoticePage(Schema):
    items = fields.List(fields.Nested(NoticeOut))
    next = fields.String(allow_none=True)
    unread = fields.Integer()


class NoticesQuery(PageQuery):
    unread = fields.Boolean(load_default=False)


class UnreadOut(Schema):
    unread = fields.Integer()


class ReadIn(Schema):
    """Which lines were read: some by id, or all."""

    ids = fields.List(fields.UUID(), load_default=None, validate=validate.Length(max=500))
    all = fields.Boolean(load_default=False)

    @validates_schema
    def one_of_both(self, data: dict[str, object], **kwargs: object) -> None:
        if (data["ids"] is None) == (not data["all"]):
            raise ValidationError("Name ids, or say all.", "ids")

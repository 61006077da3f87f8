"""Schemas of the development mailbox."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text


class CapturedBrief(Schema):
    id = fields.String()
    channel = fields.String(validate=validate.OneOf(["email", "sms"]))
    to = fields.String()
    subject = fields.String()
    at = fields.AwareDateTime(format="iso")


class CapturedPage(Schema):
    items = fields.List(fields.Nested(CapturedBrief))


class HeaderOut(Schema):
    name = fields.String()
    value = fields.String()


class CapturedOut(CapturedBrief):
    """A captured message, whole. An SMS has only `text` and `links`."""

    sender = fields.String(attribute="from", data_key="from")
    reply_to = fields.String()
    can_reply = fields.Boolean(metadata={"description": "Whether an answer to it lands in a thread"})
    headers = fields.List(fields.Nested(HeaderOut))
    text = fields.String()
    html = fields.String()
    links = fields.List(fields.String())


class CapturedReply(Schema):
    """What the reader of a captured mail answers."""

    text = Text(required=True, max=4000, multiline=True)


class MailboxQuery(Schema):
    to = fields.String(load_default="", validate=validate.Length(max=320))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))

"""Schemas of putting documents in order."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text

MOST = 200


class NameIn(Schema):
    name = Text(required=True, max=200)


class TagsIn(Schema):
    tags = fields.List(Text(max=40), required=True, validate=validate.Length(max=20))


class PlaceIn(Schema):
    """The folder into which it goes, null for none."""

    folder_id = fields.UUID(required=True, allow_none=True)


class BulkIn(Schema):
    """What is done with several documents; `folder_id` is where they go, null for none."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))
    action = fields.String(
        required=True, validate=validate.OneOf(["move", "share", "unshare", "delete", "restore", "purge"])
    )
    folder_id = fields.UUID(load_default=None, allow_none=True)


class RefusedOut(Schema):
    id = fields.UUID()
    code = fields.String()


class BulkOut(Schema):
    """What was done, and why the rest was not."""

    done = fields.List(fields.UUID())
    refused = fields.List(fields.Nested(RefusedOut))


class VersionHeaders(Schema):
    """A checksum to hold the bytes against, and a key under which a repeated upload is recognised."""

    class Meta:
        unknown = "exclude"

    sha256 = fields.String(
        data_key="X-Content-SHA256",
        load_default=None,
        validate=validate.Regexp(r"^[0-9a-f]{64}$", error="Give the SHA-256 in lower-case hex."),
    )
    idempotency_key = fields.String(
        data_key="Idempotency-Key", load_default=None, validate=validate.Length(min=1, max=200)
    )


class VersionQuery(Schema):
    """The name that the file has at its sender's: with the bytes it tells the type."""

    name = fields.String(load_default="document", validate=validate.Length(max=8192))

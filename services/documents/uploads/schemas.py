"""What uploading takes."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema


class UploadQuery(Schema):
    """The name that the file has at its sender's; its request and its folder; whether staff shares it at once."""

    name = fields.String(load_default="document", validate=validate.Length(max=8192))
    request_id = fields.UUID(load_default=None)
    share = fields.Boolean(load_default=False)
    folder_id = fields.UUID(load_default=None)


class UploadHeaders(Schema):
    """A checksum to hold the bytes against, and a key under which a repeated upload is recognised."""

    class Meta:
        unknown = "exclude"

    sha256 = fields.String(
        data_key="X-Content-SHA256",
        load_default=None,
        validate=validate.Regexp(r"^[0-9a-f]{64}$", error="Give the SHA-256 in lower-case hex."),
    )
    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}$", error="Use 1 to 200 visible ASCII characters."),
    )

"""What beginning an upload takes besides the protocol's headers."""

from marshmallow import fields, validate

from services.documents.uploads.schemas import UploadQuery


class ResumableQuery(UploadQuery):
    """As for an upload at once; the account is the client's own unless one is named, the name may be metadata."""

    account_id = fields.UUID(load_default=None)
    name = fields.String(load_default=None, validate=validate.Length(max=8192))

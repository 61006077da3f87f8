"""Schemas of archives."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema
from services.documents.archives.policy import MOST_CHOSEN


class ArchiveQuery(Schema):
    """Which documents, one by one, or a folder with all below it."""

    id = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_CHOSEN))
    folder_id = fields.UUID(load_default=None)
